// SPDX-License-Identifier: MIT
/* Networks of the command line. */
#define _GNU_SOURCE
#include "net.h"

#include "../devices/net.h"
#include "../devices/net_keep.h"
#include "../devices/net_wire.h"
#include "../ux-kernel/host/report.h"
#include "cli.h"
#include "net_forward.h"
#include "net_tap.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <unistd.h>

#define NAME_BYTES 64 /* of a switch: its socket's name has 108, with other things in it */

struct request {
	struct net_config *config;
	const char *capture;
	bool mac;
};

static bool parse_mac(struct request *r, const char *s)
{
	uint8_t *m = r->config->mac;

	r->mac = true;
	for (unsigned i = 0; i < 6; i++) {
		if (!isxdigit((unsigned char)s[0]) || !isxdigit((unsigned char)s[1]) ||
		    s[2] != (i < 5 ? ':' : 0))
			return false;
		m[i] = strtoul(s, NULL, 16);
		s += 3;
	}
	return !(m[0] & 1);
}

/* ADDR/BITS with room for router, name server and guest. */
static bool parse_network(struct net_config *c, char *s)
{
	char *bits = strchr(s, '/'), *end;
	struct in_addr a;
	long n;

	if (!bits)
		return false;
	*bits++ = 0;
	n = strtol(bits, &end, 10);
	if (!*bits || *end || n < 8 || n > 27 || inet_pton(AF_INET, s, &a) != 1)
		return false;
	c->mask = htonl(0xffffffffU << (32 - n));
	c->network = a.s_addr;
	return !(c->network & ~c->mask) && c->network;
}

/* Leaves @word whole, for who must be told what is wrong with it. */
static bool parse_word(struct request *r, char *word)
{
	struct net_config *c = r->config;
	bool user = c->kind == NET_USER;

	if (!strncmp(word, "mac=", 4))
		return parse_mac(r, word + 4);
	if (!strncmp(word, "pcap=", 5))
		return *(r->capture = word + 5);
	if (user && !strncmp(word, "net=", 4))
		return parse_network(c, strdupa(word + 4));
	if (user && !strcmp(word, "restrict")) {
		c->flags |= NET_RESTRICT;
		return true;
	}
	if (user && !strncmp(word, "hostfwd=", 8) && c->forwards < NET_FORWARDS_MAX)
		return net_forward_parse(&c->forward[c->forwards++], strdupa(word + 8));
	return false;
}

static bool parse_kind(struct net_config *c, const char *word)
{
	if (!strcmp(word, "user")) {
		c->kind = NET_USER;
		c->network = htonl(0x0a000200); /* 10.0.2.0, as the field has it */
		c->mask = htonl(0xffffff00);
		return true;
	}
	c->kind = strncmp(word, "tap:", 4) ? NET_SWITCH : NET_TAP;
	if (c->kind == NET_SWITCH && strncmp(word, "switch:", 7) != 0)
		return false;
	word = strchr(word, ':') + 1;
	if (!*word || strlen(word) > (c->kind == NET_TAP ? IFNAMSIZ - 1U : NAME_BYTES))
		return false;
	memcpy(c->name, word, strlen(word));
	return true;
}

static int usage(const char *word)
{
	return usage_error(
		"--net: '%s' is not understood; write user, switch:NAME or tap:NAME, then "
		",mac=ADDR ,pcap=FILE and for user ,hostfwd=tcp|udp:[ADDR]:PORT-[ADDR]:PORT "
		",net=ADDR/BITS ,restrict",
		word);
}

/* Fixed where it can be, so that a guest is the same each time; elsewhere no two may be equal. */
static bool choose_mac(struct net_config *c, unsigned index)
{
	const uint8_t first[6] = { 0x52, 0x54, 0x00, 0x12, 0x34, 0x56 };

	memcpy(c->mac, first, sizeof(first));
	c->mac[5] += index;
	return c->kind == NET_USER || getrandom(c->mac + 3, 3, 0) == 3;
}

/* With the address that was chosen: a system that is restored has it already. */
static const char *option_with_mac(const struct net_config *c, const char *option)
{
	const uint8_t *m = c->mac;
	char *text;

	return asprintf(&text, "%s,mac=%02x:%02x:%02x:%02x:%02x:%02x", option, m[0], m[1], m[2],
			m[3], m[4], m[5]) < 0
		       ? NULL
		       : text;
}

/* A guest whom nobody reaches, and who reaches nobody: all there is can be taken back. */
static bool is_alone(const struct net_config *c)
{
	return c->flags == NET_RESTRICT && !c->forwards;
}

static int open_capture(struct device_plan *plan, const char *path)
{
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	if (fd < 0) {
		report_error("cannot make the capture file %s: %s", path, report_errno(errno));
		return EXIT_CANNOT_START;
	}
	plan->fd[plan->fds++] = fd;
	return 0;
}

static int hand_over(struct device_plan *plan, const struct net_config *c)
{
	int fd = memfd_create("l4ux-net", MFD_CLOEXEC);

	if (fd < 0 || write(fd, c, sizeof(*c)) != sizeof(*c)) {
		report_error("cannot describe a network: %s", report_errno(errno));
		return EXIT_CANNOT_START;
	}
	plan->fd[plan->fds++] = fd;
	return 0;
}

int net_add(struct device_plan *plan, char *option, unsigned index, bool *dhcp)
{
	struct net_config c = { .version = NET_WIRE_VERSION, .mtu = NET_MTU };
	struct request r = { .config = &c };
	const char *whole = strdupa(option);
	char *word = strsep(&option, ",");
	int e, tap = 0;

	*plan = (struct device_plan){ .program = data_path("net-device"),
				      .name = word,
				      .kind = "net",
				      .keep = sizeof(struct net_keep),
				      .can_save = true };
	snprintf(plan->label, sizeof(plan->label), "eth%u", index);
	if (!parse_kind(&c, word))
		return usage(word);
	/* It streams. libslirp, with its small window, waits for the guest as that for it. */
	plan->apart = c.kind == NET_TAP;
	plan->loss = c.kind == NET_USER ? "the guest's connections are lost" : "frames may be lost";
	while ((word = strsep(&option, ",")))
		if (!parse_word(&r, word))
			return usage(word);
	*dhcp = c.kind == NET_USER;
	for (unsigned i = 0; i < c.forwards; i++) {
		e = net_forward_check(&c.forward[i]);
		if (e)
			return e;
	}
	if (!plan->program || (!r.mac && !choose_mac(&c, index)))
		return EXIT_CANNOT_START;
	if (!r.mac && c.kind != NET_USER) {
		plan->option = option_with_mac(&c, whole);
		if (!plan->option)
			return EXIT_CANNOT_START;
	}
	if (r.capture)
		c.flags |= NET_CAPTURE;
	plan->can_return = c.kind == NET_USER && is_alone(&c);
	if (c.kind == NET_TAP)
		tap = net_tap_attach(c.name, &c.mtu);
	if (tap < 0)
		return -tap;
	e = hand_over(plan, &c);
	if (tap)
		plan->fd[plan->fds++] = tap;
	return e || !r.capture ? e : open_capture(plan, r.capture);
}
