// SPDX-License-Identifier: MIT
/* A malicious driver against the entropy device. */
#include "devices/entropy.h"
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

static struct entropy_keep keep;
static struct entropy e = { .keep = &keep };

static unsigned request(unsigned queue, unsigned at)
{
	*fuzz_desc(queue, at) = (struct vring_desc){ BUFFERS + below(0x20000), 1 + below(4096),
						     VRING_DESC_F_WRITE, 0 };
	return at;
}

static void honest(void)
{
	char *bytes = g.memory + BUFFERS, before[64];

	memcpy(before, bytes, sizeof(before));
	*fuzz_desc(0, 0) = (struct vring_desc){ BUFFERS, 64, VRING_DESC_F_WRITE, 0 };
	fuzz_offer(0, 0);
	fuzz_turn();
	if (fuzz_written(0, 0) != 64 || !memcmp(bytes, before, sizeof(before)))
		die("no random bytes");
}

static void open_device(unsigned long round)
{
	keep.seeded = round % 2;
	e.transport.device = &entropy_device;
}

int main(int argc, char **argv)
{
	const struct fuzz_target target = {
		.transport = &e.transport,
		.open = open_device,
		.request = request,
		.honest = honest,
	};

	return fuzz_main(&target, argc, argv);
}
