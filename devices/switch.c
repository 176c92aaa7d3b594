// SPDX-License-Identifier: MIT
/* A switch: learns who is where, sends frames there, or everywhere while it does not know. */
#define _GNU_SOURCE
#include "switch_wire.h"

#include "net.h"
#include "switch_table.h"

#include "../ux-kernel/host/report.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define QUEUE_MAX (4UL << 20) /* bytes that wait for one port; beyond that frames are dropped */
#define ROUND 64

enum { P_CONTROL, P_LISTEN, P_PORTS };

struct waiting {
	struct waiting *next;
	size_t len;
	uint8_t frame[];
};

static struct port {
	int fd; /* -1: free */
	struct waiting *first, **last;
	size_t waiting;
} port[SWITCH_PORTS];

static struct switch_table table;

socklen_t switch_address(struct sockaddr_un *a, const char *name)
{
	int n;

	*a = (struct sockaddr_un){ .sun_family = AF_UNIX };
	n = snprintf(a->sun_path + 1, sizeof(a->sun_path) - 1, "l4ux-switch-%u-%s",
		     (unsigned)geteuid(), name);
	if (n > (int)sizeof(a->sun_path) - 2)
		n = sizeof(a->sun_path) - 2;
	return offsetof(struct sockaddr_un, sun_path) + 1 + n;
}

bool switch_same_user(int fd)
{
	struct ucred c;
	socklen_t len = sizeof(c);

	return !getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &c, &len) && c.uid == geteuid();
}

static void port_close(unsigned i)
{
	struct waiting *w;

	while ((w = port[i].first)) {
		port[i].first = w->next;
		free(w);
	}
	close(port[i].fd);
	port[i].fd = -1;
	switch_table_forget(&table, i);
}

static bool send_now(struct port *p, const uint8_t *frame, size_t len)
{
	return send(p->fd, frame, len, MSG_DONTWAIT | MSG_NOSIGNAL) >= 0 || errno != EAGAIN;
}

static void port_send(struct port *p, const uint8_t *frame, size_t len)
{
	struct waiting *w;

	if (!p->first && send_now(p, frame, len))
		return;
	if (p->waiting + len > QUEUE_MAX || !(w = malloc(sizeof(*w) + len)))
		return;
	w->next = NULL;
	w->len = len;
	memcpy(w->frame, frame, len);
	p->waiting += len;
	*p->last = w;
	p->last = &w->next;
}

static void port_drain(struct port *p)
{
	struct waiting *w;

	while ((w = p->first) && send_now(p, w->frame, w->len)) {
		p->first = w->next;
		p->waiting -= w->len;
		free(w);
	}
	if (!p->first)
		p->last = &p->first;
}

static void forward(unsigned from, const uint8_t *frame, size_t len, uint64_t now)
{
	int to = switch_table_frame(&table, from, frame, now);

	for (unsigned i = 0; i < SWITCH_PORTS; i++)
		if (port[i].fd >= 0 && i != from && (to == SWITCH_EVERYWHERE || to == (int)i))
			port_send(&port[i], frame, len);
}

static void port_receive(unsigned i)
{
	static uint8_t frame[NET_FRAME_MAX + 1];
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	for (unsigned round = 0; round < ROUND; round++) {
		ssize_t n = recv(port[i].fd, frame, sizeof(frame), MSG_DONTWAIT);

		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			return;
		if (n <= 0) {
			port_close(i);
			return;
		}
		if (n >= (ssize_t)NET_FRAME_MIN && n <= (ssize_t)NET_FRAME_MAX)
			forward(i, frame, n, now.tv_sec);
	}
}

static void port_open(int listener)
{
	const int size = SWITCH_SOCKET_BUFFER;
	int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	unsigned i = 0;

	while (i < SWITCH_PORTS && port[i].fd >= 0)
		i++;
	if (fd < 0)
		return;
	if (i == SWITCH_PORTS || !switch_same_user(fd)) {
		close(fd);
		return;
	}
	setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
	port[i] = (struct port){ .fd = fd };
	port[i].last = &port[i].first;
}

/* The name, if nobody has it. -1: somebody has. */
static int take_name(const char *name)
{
	struct sockaddr_un a;
	socklen_t len = switch_address(&a, name);
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd >= 0 && (bind(fd, (struct sockaddr *)&a, len) < 0 || listen(fd, SWITCH_PORTS) < 0)) {
		close(fd);
		fd = -1;
	}
	return fd;
}

/* false: the port that started us is gone. */
static bool told(int control)
{
	char byte;
	ssize_t n = recv(control, &byte, 1, MSG_DONTWAIT);

	return n > 0 || (n < 0 && (errno == EAGAIN || errno == EINTR));
}

static void serve(const struct pollfd *p, int listener)
{
	for (unsigned i = 0; i < SWITCH_PORTS; i++) {
		short r = p[P_PORTS + i].revents;

		if (port[i].fd < 0 || p[P_PORTS + i].fd != port[i].fd)
			continue;
		if (r & POLLOUT)
			port_drain(&port[i]);
		if (r & (POLLIN | POLLHUP | POLLERR))
			port_receive(i);
	}
	if (p[P_LISTEN].revents)
		port_open(listener);
}

void switch_main(const char *name, int control)
{
	static struct pollfd p[P_PORTS + SWITCH_PORTS];
	int listener = -1;

	for (unsigned i = 0; i < SWITCH_PORTS; i++)
		port[i].fd = -1;
	for (;;) {
		p[P_CONTROL] = (struct pollfd){ control, POLLIN, 0 };
		p[P_LISTEN] = (struct pollfd){ listener, POLLIN, 0 };
		for (unsigned i = 0; i < SWITCH_PORTS; i++)
			p[P_PORTS + i] = (struct pollfd){ port[i].fd,
							  POLLIN | (port[i].first ? POLLOUT : 0),
							  0 };
		if (poll(p, P_PORTS + SWITCH_PORTS, -1) < 0)
			continue;
		if (p[P_CONTROL].revents && !told(control))
			return;
		if (listener < 0)
			listener = take_name(name);
		else
			serve(p, listener);
	}
}
