/* SPDX-License-Identifier: MIT */
/*
 * What the command line tells a network device: one such structure, the contents of its first
 * descriptor of its own. A second one is the tap device, a last one the file packets are captured
 * in, where there are such.
 */
#ifndef DEVICES_NET_WIRE_H
#define DEVICES_NET_WIRE_H

#include <stddef.h>
#include <stdint.h>

#define NET_WIRE_VERSION 2U
#define NET_FORWARDS_MAX 32U

enum net_kind {
	NET_USER = 1,   /* libslirp: what the host can reach, through the host's sockets */
	NET_SWITCH = 2, /* a switch that other guests are connected to */
	NET_TAP = 3,    /* a tap device of the host: the second descriptor */
};

#define NET_CAPTURE 1U  /* flags: one more descriptor, behind the others */
#define NET_RESTRICT 2U /* the guest reaches nothing but what is forwarded to it */

/* Addresses in network byte order, ports in the host's. */
struct net_forward {
	uint32_t udp;
	uint32_t host, guest;
	uint16_t host_port, guest_port;
};

struct net_config {
	uint32_t version;
	uint32_t kind, flags;
	uint32_t network, mask; /* network byte order */
	uint8_t mac[6];
	uint16_t mtu;
	uint16_t forwards, reserved;
	struct net_forward forward[NET_FORWARDS_MAX];
	char name[104]; /* of the switch */
};

_Static_assert(sizeof(struct net_forward) == 16, "forward");
_Static_assert(offsetof(struct net_config, forward) == 32, "net config");
_Static_assert(sizeof(struct net_config) == 32 + 16 * NET_FORWARDS_MAX + 104, "net config size");

#endif
