// SPDX-License-Identifier: MIT
/* The process of a network device. */
#include "net.h"
#include "net_confine.h"
#include "net_keep.h"
#include "net_wire.h"

#include "../ux-kernel/host/report.h"

#include <errno.h>
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

static struct net net;

static int open_backend(const struct net_config *c, int *next_fd)
{
	switch (c->kind) {
	case NET_USER:
		return net_user_open(&net, c);
	case NET_SWITCH:
		return net_switch_open(&net, c);
	case NET_TAP:
		return net_tap_open(&net, c, (*next_fd)++);
	default:
		return -EPROTO;
	}
}

/* The last descriptor. */
static int open_keep(const struct net_config *c)
{
	int fd = DEVICE_FD_OWN + 1 + (c->kind == NET_TAP) + !!(c->flags & NET_CAPTURE);

	net.keep = mmap(NULL, sizeof(*net.keep), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	return net.keep == MAP_FAILED ? -errno : 0;
}

static int open_network(const struct net_config *c)
{
	int next_fd = DEVICE_FD_OWN + 1, e = open_keep(c);

	if (!e)
		e = open_backend(c, &next_fd);
	if (e)
		return e;
	net_configure(&net, c->mac, c->mtu);
	if (c->flags & NET_CAPTURE)
		net_capture_open(&net, next_fd);
	e = c->kind == NET_USER  ? net_confine_user()
	    : c->kind == NET_TAP ? net_confine_tap()
				 : net_confine_port();
	if (!e && c->kind == NET_USER)
		net_user_remember(&net);
	return e;
}

int main(void)
{
	struct net_config c;
	int e;

	signal(SIGXFSZ, SIG_IGN); /* a capture file too large is an error of the write */
	signal(SIGPIPE, SIG_IGN);
	e = transport_init(&net.transport, &net.device);
	if (!e && (pread(DEVICE_FD_OWN, &c, sizeof(c), 0) != sizeof(c) ||
		   c.version != NET_WIRE_VERSION || c.forwards > NET_FORWARDS_MAX))
		e = -EPROTO;
	if (!e) {
		report_set_raw(net.transport.hello.raw);
		e = open_network(&c);
	}
	if (e) {
		report_error("network %s cannot start: %s", net.transport.hello.name,
			     report_errno(-e));
		return 1;
	}
	transport_run(&net.transport);
	net_switch_close();
	return 0;
}
