// SPDX-License-Identifier: MIT
/*
 * A port of a switch. The switch is a process of one of the ports; when it dies, or the port it
 * belongs to, every port tells its own to take over, and connects to the one that was first.
 */
#define _GNU_SOURCE
#include "net.h"
#include "net_confine.h"
#include "net_wire.h"
#include "switch_wire.h"

#include "../ux-kernel/host/fork.h"
#include "../ux-kernel/host/report.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define AGAIN_MS 20
#define ROUND 64
#define FDS_MAX 65536 /* where the host cannot close a range */

enum { P_STANDBY, P_PORT, P_COUNT };

static struct net_port {
	char name[sizeof(((struct net_config *)0)->name)];
	int standby; /* control of our own switch process */
	pid_t pid;
	int fd; /* to the switch; -1: not connected */
	bool full;
} port = { .standby = -1, .fd = -1 };

/* Once more a process for the name, if there is none, and then a connection to whoever has it. */
static void connect_port(struct net *n)
{
	const int size = SWITCH_SOCKET_BUFFER;
	struct sockaddr_un a;
	socklen_t len = switch_address(&a, port.name);
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0)
		return;
	if (connect(fd, (struct sockaddr *)&a, len) < 0) {
		if (errno == ECONNREFUSED)
			send(port.standby, "t", 1, MSG_DONTWAIT | MSG_NOSIGNAL);
		close(fd);
	} else if (!switch_same_user(fd)) {
		report_error("network %s: the switch belongs to another user; not used",
			     n->transport.hello.name);
		close(fd);
	} else {
		setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
		port.fd = fd;
		port.full = false;
	}
}

static void disconnect(void)
{
	close(port.fd);
	port.fd = -1;
}

static bool input(struct net *n, const uint8_t *frame, size_t len)
{
	(void)n;
	if (port.fd < 0)
		return true; /* a cable that is not plugged in */
	if (send(port.fd, frame, len, MSG_DONTWAIT | MSG_NOSIGNAL) >= 0)
		return true;
	port.full = errno == EAGAIN;
	if (!port.full && errno != EMSGSIZE)
		disconnect();
	return !port.full;
}

static unsigned watch(struct net *n, struct pollfd *p, int *timeout_ms, bool receive)
{
	if (port.fd < 0)
		connect_port(n);
	if (port.fd < 0)
		*timeout_ms = AGAIN_MS;
	p[P_STANDBY] = (struct pollfd){ port.standby, POLLIN, 0 };
	p[P_PORT] = (struct pollfd){ port.fd, (receive ? POLLIN : 0) | (port.full ? POLLOUT : 0),
				     0 };
	return P_COUNT;
}

static void receive(struct net *n)
{
	static uint8_t frame[NET_FRAME_MAX];

	for (unsigned i = 0; i < ROUND; i++) {
		ssize_t got = recv(port.fd, frame, sizeof(frame), MSG_DONTWAIT);

		if (got < 0 && (errno == EAGAIN || errno == EINTR))
			return;
		if (got <= 0) {
			disconnect();
			return;
		}
		net_send(n, frame, got);
	}
}

static void work(struct net *n, const struct pollfd *p, unsigned count)
{
	(void)count;
	if (p[P_STANDBY].revents) {
		report_error("network %s: our process of the switch has ended",
			     n->transport.hello.name);
		_exit(1); /* the kernel starts us both again */
	}
	if (port.fd < 0 || p[P_PORT].fd != port.fd)
		return;
	if (p[P_PORT].revents & POLLOUT)
		port.full = false;
	if (p[P_PORT].revents & (POLLIN | POLLHUP | POLLERR))
		receive(n);
}

static const struct net_backend backend = { .input = input, .watch = watch, .work = work };

/* The switch is other guests', too. Where it is told what to do need not be the last descriptor. */
static void close_all_but(int control)
{
	for (int fd = DEVICE_FD_CONTROL; fd < control; fd++)
		close(fd);
	if (close_range(control + 1, ~0U, 0) < 0)
		for (int fd = control + 1; fd < FDS_MAX; fd++)
			close(fd);
}

static int start_standby(void)
{
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
		return -errno;
	port.pid = fork_bound(SIGKILL);
	if (port.pid < 0)
		return -errno;
	if (!port.pid) {
		close_all_but(pair[1]);
		if (net_confine_switch() < 0)
			_exit(1);
		switch_main(port.name, pair[1]);
		_exit(0);
	}
	close(pair[1]);
	port.standby = pair[0];
	return 0;
}

int net_switch_open(struct net *n, const struct net_config *c)
{
	int e;

	memcpy(port.name, c->name, sizeof(port.name));
	e = start_standby();
	if (e)
		report_error("network %s: cannot start a switch: %s", n->transport.hello.name,
			     report_errno(-e));
	net_init(n, &backend);
	return e;
}

void net_switch_close(void)
{
	if (port.standby < 0)
		return;
	close(port.standby);
	waitpid(port.pid, NULL, 0);
}
