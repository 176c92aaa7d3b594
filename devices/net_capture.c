// SPDX-License-Identifier: MIT
/* The classic capture file of libpcap: a header, then each frame with its time. */
#include "net.h"

#include "../ux-kernel/host/report.h"

#include <errno.h>
#include <time.h>
#include <unistd.h>

#define MAGIC_NS 0xa1b23c4dU /* times with nanoseconds */
#define ETHERNET 1U

struct header {
	uint32_t magic;
	uint16_t major, minor;
	uint32_t zone, accuracy, snap, link;
};

struct record {
	uint32_t s, ns, have, len;
};

/* All of it or nothing: half a record would make the rest of the file unreadable. */
static void put(struct net *n, const struct iovec *v, unsigned count, size_t len)
{
	off_t end = lseek(n->capture, 0, SEEK_END);
	ssize_t done;
	int e;

	do
		done = pwritev(n->capture, v, count, end);
	while (done < 0 && errno == EINTR);
	if (done == (ssize_t)len)
		return;
	e = done < 0 ? errno : ENOSPC;
	if (done > 0 && ftruncate(n->capture, end) < 0)
		e = errno;
	report_error("network %s: cannot write the capture file: %s; it ends here",
		     n->transport.hello.name, report_errno(e));
	n->capture = -1;
}

void net_capture_open(struct net *n, int fd)
{
	struct header h = { MAGIC_NS, 2, 4, 0, 0, NET_FRAME_MAX, ETHERNET };

	n->capture = fd;
	if (lseek(fd, 0, SEEK_END) == 0) /* else a predecessor has begun */
		put(n, &(struct iovec){ &h, sizeof(h) }, 1, sizeof(h));
}

void net_capture(struct net *n, const uint8_t *frame, size_t len)
{
	struct timespec now;
	struct record r = { .have = len, .len = len };
	struct iovec v[] = { { &r, sizeof(r) }, { (void *)frame, len } };

	if (n->capture < 0)
		return;
	clock_gettime(CLOCK_REALTIME, &now);
	r.s = now.tv_sec;
	r.ns = now.tv_nsec;
	put(n, v, 2, sizeof(r) + len);
}
