// SPDX-License-Identifier: MIT
/* A malicious driver against the serial line, whose other end is slow and talkative. */
#define _GNU_SOURCE
#include "devices/serial.h"
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static struct serial_keep keep;
static struct serial s;
static int other; /* end of the line */
static bool calm;

static void outside(void)
{
	static char bytes[65536];

	if (calm)
		return;
	if (below(2) && read(other, bytes, 1 + below(sizeof(bytes))) == 0)
		die("the device has hung up");
	if (below(2) && write(other, bytes, 1 + below(300)) == 0)
		die("the device does not listen");
}

static unsigned request(unsigned queue, unsigned at)
{
	*fuzz_desc(queue, at) = (struct vring_desc){ BUFFERS + below(0x20000),
						     below(4) ? 1 + below(4096) : below(300000),
						     queue % 2 ? 0 : VRING_DESC_F_WRITE, 0 };
	if (queue == SERIAL_CONTROL_SEND) {
		struct virtio_console_control c = { .id = below(8) == 0,
						    .event = below(10),
						    .value = below(2) };

		memcpy(g.memory + BUFFERS, &c, sizeof(c));
		*fuzz_desc(queue, at) = (struct vring_desc){ BUFFERS, sizeof(c), 0, 0 };
	}
	return at;
}

/* Everything that is on its way, away; one buffer is left for what comes next. */
static void drain(void)
{
	static char bytes[65536];
	unsigned offered = 0;

	for (unsigned i = 0; i < 100; i++) {
		if (fuzz_used(0) == offered) {
			*fuzz_desc(0, offered % FUZZ_NUM) = (struct vring_desc){
				BUFFERS + 0x8000, 4096, VRING_DESC_F_WRITE, 0
			};
			fuzz_offer(0, offered++ % FUZZ_NUM);
		}
		fuzz_turn();
		while (read(other, bytes, sizeof(bytes)) > 0)
			;
	}
}

static void honest(void)
{
	char *out = g.memory + BUFFERS, *in = g.memory + BUFFERS + 0x8000, got[16] = "";
	unsigned before;

	calm = true;
	keep.open = true;
	drain();
	memcpy(out, "from the guest", 15);
	*fuzz_desc(1, 0) = (struct vring_desc){ BUFFERS, 15, 0, 0 };
	fuzz_offer(1, 0);
	fuzz_turn();
	fuzz_turn();
	if (read(other, got, sizeof(got)) != 15 || memcmp(got, out, 15) != 0)
		die("the guest's bytes did not arrive");
	memset(in, 0, 16);
	before = fuzz_used(0);
	if (write(other, "to the guest", 13) != 13)
		die("the line is full");
	fuzz_turn();
	fuzz_turn();
	if (fuzz_used(0) == before || memcmp(in, "to the guest", 13) != 0)
		die("bytes for the guest did not arrive");
	calm = false;
}

static void open_device(unsigned long round)
{
	int pair[2];

	(void)round;
	if (other)
		return;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair) < 0 ||
	    dup2(pair[0], FUZZ_FD) < 0 || dup2(pair[0], FUZZ_FD + 1) < 0)
		die("cannot make a line");
	other = pair[1];
	serial_init(&s, SERIAL_STREAM, FUZZ_FD, &keep);
}

int main(int argc, char **argv)
{
	const struct fuzz_target target = {
		.transport = &s.transport,
		.open = open_device,
		.request = request,
		.outside = outside,
		.honest = honest,
	};

	return fuzz_main(&target, argc, argv);
}
