// SPDX-License-Identifier: MIT
/*
 * The user network: libslirp is the guest's router, DHCP and DNS server, and makes its connections
 * with sockets of the host. Addresses of a network N: router N+2 (it is the host itself, too), DNS
 * server N+3, the guest N+15.
 */
#include "net.h"
#include "net_memory.h"
#include "net_wire.h"

#include "../ux-kernel/host/report.h"

#include <errno.h>
#include <slirp/libslirp.h>
#include <string.h>
#include <time.h>

#define ROUTER 2U
#define NAME_SERVER 3U
#define FIRST_GUEST 15U
#define ETHER_TYPE 12U /* bytes of a frame */
#define IP_OFFSET 20U

/* What libslirp asks for while one call of it fills, or looks at, our descriptors. */
static struct {
	struct pollfd *p;
	const struct pollfd *seen;
	unsigned n;
	bool receive;
} polling;

static ssize_t to_guest(const void *frame, size_t len, void *opaque)
{
	struct net *n = opaque;

	net_memory_note(n->keep, false, frame, len);
	net_send(n, frame, len);
	return len;
}

static void guest_error(const char *msg, void *opaque)
{
	struct net *n = opaque;

	report_info("network %s: %s", n->transport.hello.name, msg);
}

static int64_t clock_ns(void *opaque)
{
	struct timespec t;

	(void)opaque;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

/* We ask for all descriptors before each wait, and wait after each of its calls. */
static void no_need_to_know(int fd, void *opaque)
{
	(void)fd;
	(void)opaque;
}

static void no_need_to_wake(void *opaque)
{
	(void)opaque;
}

/* No timers: only IPv6, which is off, has one. */
static const SlirpCb callbacks = {
	.send_packet = to_guest,
	.guest_error = guest_error,
	.clock_get_ns = clock_ns,
	.register_poll_fd = no_need_to_know,
	.unregister_poll_fd = no_need_to_know,
	.notify = no_need_to_wake,
};

/*
 * IPv4, and more fragments, or not the first one. libslirp 4.7 does not survive hostile ones: it
 * puts them together in memory that it has given away. With an MTU as large as ours honest guests
 * make hardly any.
 */
static bool is_fragment(const uint8_t *frame, size_t len)
{
	return len > IP_OFFSET + 1 && frame[ETHER_TYPE] == 0x08 && !frame[ETHER_TYPE + 1] &&
	       (frame[IP_OFFSET] & 0x3f || frame[IP_OFFSET + 1]);
}

static bool changed; /* since its state was saved */

static bool input(struct net *n, const uint8_t *frame, size_t len)
{
	if (is_fragment(frame, len))
		return true;
	net_memory_note(n->keep, true, frame, len);
	slirp_input(n->own, frame, len);
	changed = true;
	return true;
}

static int add(int fd, int events, void *opaque)
{
	short want = (events & SLIRP_POLL_IN && polling.receive ? POLLIN : 0) |
		     (events & SLIRP_POLL_OUT ? POLLOUT : 0) |
		     (events & SLIRP_POLL_PRI && polling.receive ? POLLPRI : 0);

	(void)opaque;
	if (polling.n == TRANSPORT_WATCH_MAX)
		return -1;
	polling.p[polling.n] = (struct pollfd){ fd, want, 0 };
	/* A hang-up cannot be masked; it comes with the data we do not want to read yet. */
	if (!want)
		polling.p[polling.n].fd = -1;
	return polling.n++;
}

static ssize_t write_state(const void *from, size_t len, void *opaque)
{
	struct net_keep *k = opaque;

	if (len > NET_STATE_BYTES - k->state_size)
		return -1;
	memcpy(k->state + k->state_size, from, len);
	k->state_size += len;
	return (ssize_t)len;
}

/* Leases, and how far it has counted: for equal runs, which all that can be saved are. */
static void save_state(struct net *n)
{
	if (!changed || !sheet_simulated())
		return;
	changed = false;
	n->keep->state_size = 0;
	n->keep->state_version = slirp_state_version();
	slirp_state_save(n->own, write_state, n->keep);
}

static size_t state_read;

static ssize_t read_state(void *to, size_t len, void *opaque)
{
	const struct net_keep *k = opaque;

	if (len > NET_STATE_BYTES - state_read)
		return -1;
	memcpy(to, k->state + state_read, len);
	state_read += len;
	return (ssize_t)len;
}

void net_user_remember(struct net *n)
{
	uint8_t frame[NET_PROBE_BYTES];
	bool any = n->keep->state_size;

	n->keep->state_size = 0; /* once: if libslirp should not survive it, the next one may */
	if (any && slirp_state_load(n->own, (int)n->keep->state_version, read_state, n->keep) < 0)
		report_info("network %s: libslirp does not take its state",
			    n->transport.hello.name);
	changed = any;
	for (unsigned i = 0; i < NET_NEIGHBOURS; i++)
		if (net_memory_notice(n->keep, i, frame))
			slirp_input(n->own, frame, NET_NOTICE_BYTES);
	for (unsigned i = 0; i < NET_CONNECTIONS; i++)
		if (net_memory_probe(n->keep, i, frame))
			net_send(n, frame, NET_PROBE_BYTES);
}

static unsigned watch(struct net *n, struct pollfd *p, int *timeout_ms, bool receive)
{
	uint32_t ms = UINT32_MAX;

	save_state(n);
	polling.p = p;
	polling.n = 0;
	polling.receive = receive;
	slirp_pollfds_fill(n->own, &ms, add, n);
	if (ms <= INT32_MAX)
		*timeout_ms = ms;
	return polling.n;
}

static int happened(int i, void *opaque)
{
	short r = i < 0 ? 0 : polling.seen[i].revents;

	(void)opaque;
	return (r & POLLIN ? SLIRP_POLL_IN : 0) | (r & POLLOUT ? SLIRP_POLL_OUT : 0) |
	       (r & POLLPRI ? SLIRP_POLL_PRI : 0) | (r & POLLERR ? SLIRP_POLL_ERR : 0) |
	       (r & POLLHUP ? SLIRP_POLL_HUP : 0);
}

static void work(struct net *n, const struct pollfd *p, unsigned count)
{
	(void)count;
	polling.seen = p;
	slirp_pollfds_poll(n->own, 0, happened, n);
}

static const struct net_backend backend = {
	.checked = true,
	.input = input,
	.watch = watch,
	.work = work,
};

static struct in_addr address(const struct net_config *c, uint32_t number)
{
	return (struct in_addr){ c->network | htonl(number) };
}

/* The command line has tried the port; in between somebody may have taken it. */
static void forward(struct net *n, const struct net_config *c, const struct net_forward *f)
{
	struct in_addr host = { f->host }, guest = { f->guest };

	if (!f->guest)
		guest = address(c, FIRST_GUEST);
	if (slirp_add_hostfwd(n->own, f->udp, host, f->host_port, guest, f->guest_port) < 0)
		report_error("network %s: cannot forward %s port %u: %s; the guest cannot be "
			     "reached there",
			     n->transport.hello.name, f->udp ? "UDP" : "TCP", f->host_port,
			     report_errno(errno));
}

int net_user_open(struct net *n, const struct net_config *c)
{
	const SlirpConfig config = {
		.version = SLIRP_CONFIG_VERSION_MIN,
		.restricted = !!(c->flags & NET_RESTRICT),
		.in_enabled = true,
		.vnetwork = { c->network },
		.vnetmask = { c->mask },
		.vhost = address(c, ROUTER),
		.vdhcp_start = address(c, FIRST_GUEST),
		.vnameserver = address(c, NAME_SERVER),
		.if_mtu = NET_MTU,
		.if_mru = NET_MTU,
	};

	n->own = slirp_new(&config, &callbacks, n);
	if (!n->own) {
		report_error("network %s: libslirp cannot start", n->transport.hello.name);
		return -ENOMEM;
	}
	net_init(n, &backend);
	for (unsigned i = 0; i < c->forwards; i++)
		forward(n, c, &c->forward[i]);
	return 0;
}
