/* SPDX-License-Identifier: MIT */
/*
 * What a network device remembers besides its queues, in memory that outlives the process: frames
 * for which the guest had no buffers, what faults have done, and of a user network what libslirp
 * does not hold in sockets of the host.
 *
 * Everything can be half written, by a process that has died, or be nonsense, out of a damaged
 * snapshot: who reads it looks at each number.
 */
#ifndef DEVICES_NET_KEEP_H
#define DEVICES_NET_KEEP_H

#include <stdint.h>

#define NET_WAITING_BYTES (8U << 20)
#define NET_NEIGHBOURS 16U
#define NET_CONNECTIONS 512U
#define NET_STATE_BYTES 8192U

/* An address of the guest. */
struct net_neighbour {
	uint32_t address; /* network byte order; 0: none */
	uint8_t mac[6];
	uint16_t reserved;
};

/* A TCP connection of the guest. All in network byte order. */
struct net_connection {
	uint32_t guest, other; /* guest 0: none */
	uint16_t guest_port, other_port;
	uint8_t mac[6]; /* of the guest */
	uint16_t reserved;
};

struct net_keep {
	uint32_t head, tail; /* of `waiting', run freely; net_waiting.c */
	uint64_t link_back;  /* a fault has taken the link away until then; 0: no */
	uint32_t spoilt;     /* a fault has changed frames: checksums may be wrong */
	/* Of a user network (net_memory.h). */
	uint32_t next_neighbour;
	uint32_t state_version, state_size; /* 0: none */
	struct net_neighbour neighbour[NET_NEIGHBOURS];
	struct net_connection connection[NET_CONNECTIONS];
	uint8_t state[NET_STATE_BYTES]; /* libslirp's */
	uint8_t waiting[NET_WAITING_BYTES];
};

_Static_assert(sizeof(struct net_neighbour) == 12, "neighbour");
_Static_assert(sizeof(struct net_connection) == 20, "connection");

#endif
