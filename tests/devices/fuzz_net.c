// SPDX-License-Identifier: MIT
/*
 * A malicious driver against the network device, with libslirp behind it, which may reach nothing,
 * a backend that takes frames when it likes and sends some of its own, or a tap device, whose
 * place a socket takes.
 */
#include "devices/net.h"
#include "devices/net_keep.h"
#include "devices/net_wire.h"
#include "fuzz.h"

#include <arpa/inet.h>
#include <linux/virtio_net.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define HEADER sizeof(struct virtio_net_hdr_v1)
#define FRAME (BUFFERS + 0x1000)

enum { USER, FICKLE, TAP, KINDS };

static struct net n;
static unsigned kind;
static int host = -1; /* the other end of the tap device */
static bool calm;     /* the backend behaves */
static size_t last;
static uint8_t seen[NET_FRAME_MAX];

static bool input(struct net *net, const uint8_t *frame, size_t len)
{
	(void)net;
	if (len < NET_FRAME_MIN || len > NET_FRAME_MAX)
		die("a frame of impossible length");
	if (!calm && below(8) == 0)
		return false;
	memcpy(seen, frame, len);
	last = len;
	return true;
}

static unsigned watch(struct net *net, struct pollfd *p, int *timeout_ms, bool receive)
{
	(void)net;
	(void)p;
	(void)timeout_ms;
	(void)receive;
	return 0;
}

static void work(struct net *net, const struct pollfd *p, unsigned count)
{
	(void)net;
	(void)p;
	(void)count;
}

static const struct net_backend fickle = { .input = input, .watch = watch, .work = work };

/* Takes what came, and sends something with a likely or an impossible header. */
static void outside_tap(void)
{
	static uint8_t packet[HEADER + NET_FRAME_MAX];
	ssize_t got;

	while ((got = recv(host, packet, sizeof(packet), 0)) > (ssize_t)HEADER) {
		last = got - HEADER;
		memcpy(seen, packet + HEADER, last);
	}
	if (calm)
		return;
	for (unsigned i = 0; i < HEADER; i++)
		packet[i] = below(3) ? 0 : noise();
	send(host, packet, below(4) ? below(1600) : below(sizeof(packet) + 1), 0);
}

static void outside(void)
{
	static uint8_t frame[NET_FRAME_MAX + 1];

	if (kind == TAP)
		outside_tap();
	else if (!calm)
		for (unsigned i = below(3); i; i--)
			net_send(&n, frame, below(4) ? below(1600) : below(sizeof(frame) + 1));
}

/* Something like an ARP or IP packet to the router. */
static void likely_frame(uint8_t *f)
{
	static const uint8_t kinds[] = { 1, 6, 17, 2 };

	for (unsigned i = 0; i < 200; i++)
		f[i] = noise();
	memset(f, below(2) ? 0xff : 0x52, 6);
	f[12] = 0x08;
	f[13] = below(2) ? 0 : 6;
	f[14] = 0x45;
	f[16] = below(4) ? 0 : noise();
	f[20] = below(4) ? 0 : noise(); /* fragments */
	f[23] = kinds[below(4)];
	memcpy(f + 30, (uint8_t[]){ 10, 0, 2, below(8) }, 4);
}

static unsigned request(unsigned queue, unsigned at)
{
	struct virtio_net_hdr_v1 h = {
		.flags = below(4),
		.gso_type = below(8) ? 0 : noise(),
		.csum_start = below(200),
		.csum_offset = below(200),
	};
	unsigned next = (at + 1) % FUZZ_NUM;

	if (queue == NET_QUEUE_RECEIVE) {
		*fuzz_desc(queue, at) = (struct vring_desc){ BUFFERS + below(0x20) * 0x1000,
							     below(2) ? 1536 : 65550,
							     VRING_DESC_F_WRITE, 0 };
		return at;
	}
	memcpy(g.memory + BUFFERS, &h, HEADER);
	likely_frame((uint8_t *)g.memory + FRAME);
	*fuzz_desc(queue, at) = (struct vring_desc){ BUFFERS, HEADER, VRING_DESC_F_NEXT, next };
	*fuzz_desc(queue, next) = (struct vring_desc){ FRAME, below(2) ? 60 : below(1600), 0, 0 };
	return at;
}

static void check_receive(void)
{
	uint8_t *buffer = (uint8_t *)g.memory + BUFFERS + 0x4000;
	uint8_t frame[100];

	memset(frame, 0x42, sizeof(frame));
	while (net_waiting_any(n.keep)) { /* what the attack has left, into buffers of its own */
		unsigned before = fuzz_used(0);

		*fuzz_desc(0, 1) = (struct vring_desc){ BUFFERS + 0x10000, 0x11000,
							VRING_DESC_F_WRITE, 0 };
		fuzz_offer(0, 1);
		fuzz_turn();
		if (fuzz_used(0) == before) /* this driver does not understand it: dropped */
			net_send(&n, frame, sizeof(frame));
	}
	*fuzz_desc(0, 2) = (struct vring_desc){ BUFFERS + 0x4000, 2048, VRING_DESC_F_WRITE, 0 };
	fuzz_offer(0, 2);
	net_send(&n, frame, sizeof(frame));
	if (fuzz_written(0, fuzz_used(0) - 1) != sizeof(frame) + HEADER ||
	    memcmp(buffer + HEADER, frame, sizeof(frame)) != 0)
		die("a frame was not received");
}

static void check_send(void)
{
	uint8_t *frame = (uint8_t *)g.memory + FRAME;

	memset(g.memory + BUFFERS, 0, HEADER);
	memset(frame, 0x24, 99);
	*fuzz_desc(1, 0) = (struct vring_desc){ BUFFERS, HEADER, VRING_DESC_F_NEXT, 1 };
	*fuzz_desc(1, 1) = (struct vring_desc){ FRAME, 99, 0, 0 };
	last = 0;
	fuzz_offer(1, 0);
	fuzz_turn();
	if (fuzz_used(1) != 1 || (kind != USER && (last != 99 || memcmp(seen, frame, 99) != 0)))
		die("a frame was not sent");
}

static void honest(void)
{
	calm = true;
	check_receive();
	check_send();
	calm = false;
}

static struct net_keep keep;

static void open_device(unsigned long round)
{
	struct net_config c = { .version = NET_WIRE_VERSION, .kind = NET_USER };
	static const struct net_backend *user;
	static int pair[2];

	kind = round % KINDS;
	n.keep = &keep;
	c.flags = NET_RESTRICT;
	c.network = htonl(0x0a000200);
	c.mask = htonl(0xffffff00);
	if (!user && net_user_open(&n, &c) < 0)
		die("libslirp does not start");
	user = user ? user : n.backend;
	if (host < 0) {
		if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, pair) < 0)
			die("cannot make a socket");
		host = pair[0];
	}
	if (net_waiting_any(n.keep))
		die("frames are left that an honest driver has not taken");
	if (kind == TAP)
		net_tap_open(&n, &c, pair[1]);
	else
		net_init(&n, kind == USER ? user : &fickle);
	net_configure(&n, (const uint8_t[]){ 2, 0, 0, 0, 0, 1 }, NET_MTU);
}

int main(int argc, char **argv)
{
	const struct fuzz_target target = {
		.transport = &n.transport,
		.open = open_device,
		.request = request,
		.outside = outside,
		.honest = honest,
	};

	return fuzz_main(&target, argc, argv);
}
