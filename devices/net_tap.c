// SPDX-License-Identifier: MIT
/*
 * A tap device of the host. It speaks the header of virtio-net: what the guest leaves to its
 * device, checksums and the cutting of large segments, the host's network does, and the other way
 * round.
 * So a request of the guest is written to it as it is, straight from the guest's memory.
 *
 * With a capture file or faults, which look at single frames, nothing of that is offered.
 */
#define _GNU_SOURCE
#include "net.h"
#include "net_wire.h"
#include "sheet.h"

#include "../ux-kernel/host/report.h"

#include <errno.h>
#include <linux/if_tun.h>
#include <linux/virtio_net.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define FEATURE(n) (1ULL << (n))
#define HEADER sizeof(struct virtio_net_hdr_v1)
#define ROUND 64

static struct net_tap {
	int fd; /* -1: it has been removed */
	bool full;
	uint64_t applied; /* features the host's side is set up for */
} tap = { .fd = -1 };

/* false: not now. A frame the host refuses, or has no place for, is lost as on any network. */
static bool written(struct net *n, ssize_t done)
{
	tap.full = done < 0 && errno == EAGAIN;
	if (done < 0 && errno == EINVAL)
		transport_bad_request(&n->transport);
	return !tap.full;
}

static bool input(struct net *n, const uint8_t *frame, size_t len)
{
	struct virtio_net_hdr_v1 h = { 0 };
	const struct iovec v[] = { { &h, HEADER }, { (void *)frame, len } };

	return written(n, writev(tap.fd, v, 2));
}

static bool pass(struct net *n, const struct queue_request *r)
{
	return written(n, writev(tap.fd, r->buffer, r->out));
}

/* What the host may leave undone in frames for the guest. */
static void apply_features(struct net *n)
{
	uint64_t f = n->transport.features;
	unsigned offload = f & FEATURE(VIRTIO_NET_F_GUEST_CSUM) ? TUN_F_CSUM : 0;

	if (f == tap.applied || tap.fd < 0)
		return;
	tap.applied = f;
	if (f & FEATURE(VIRTIO_NET_F_GUEST_TSO4))
		offload |= TUN_F_TSO4;
	if (f & FEATURE(VIRTIO_NET_F_GUEST_TSO6))
		offload |= TUN_F_TSO6;
	if (ioctl(tap.fd, TUNSETOFFLOAD, n->offload ? offload : 0) < 0)
		report_info("network %s: cannot set up the tap device: %s", n->transport.hello.name,
			    report_errno(errno));
}

static unsigned watch(struct net *n, struct pollfd *p, int *timeout_ms, bool receive)
{
	(void)timeout_ms;
	apply_features(n);
	*p = (struct pollfd){ tap.fd, (receive ? POLLIN : 0) | (tap.full ? POLLOUT : 0), 0 };
	return 1;
}

static void work(struct net *n, const struct pollfd *p, unsigned count)
{
	static uint8_t packet[HEADER + NET_FRAME_MAX];
	struct virtio_net_hdr_v1 h;

	(void)count;
	if (p->revents & (POLLERR | POLLHUP)) {
		report_error("network %s: the tap device is gone; the guest's network is dead",
			     n->transport.hello.name);
		tap.fd = -1; /* what the guest sends is lost from here on */
		return;
	}
	if (p->revents & POLLOUT)
		tap.full = false;
	if (!(p->revents & POLLIN))
		return;
	for (unsigned i = 0; i < ROUND && net_welcome(n); i++) {
		ssize_t got = read(tap.fd, packet, sizeof(packet));

		if (got <= (ssize_t)HEADER)
			return;
		memcpy(&h, packet, HEADER);
		net_send_with(n, &h, packet + HEADER, got - HEADER);
	}
}

static const struct net_backend backend = {
	.offload = FEATURE(VIRTIO_NET_F_HOST_TSO4) | FEATURE(VIRTIO_NET_F_HOST_TSO6) |
		   FEATURE(VIRTIO_NET_F_GUEST_TSO4) | FEATURE(VIRTIO_NET_F_GUEST_TSO6),
	.input = input,
	.pass = pass,
	.watch = watch,
	.work = work,
};

int net_tap_open(struct net *n, const struct net_config *c, int fd)
{
	tap.fd = fd;
	tap.applied = UINT64_MAX;
	net_init(n, &backend);
	if (c->flags & NET_CAPTURE || sheet_any())
		net_plain(n);
	return 0;
}
