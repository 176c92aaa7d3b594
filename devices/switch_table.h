/* SPDX-License-Identifier: MIT */
/* What a switch has learned: behind which port an address was seen last. */
#ifndef DEVICES_SWITCH_TABLE_H
#define DEVICES_SWITCH_TABLE_H

#include <stdint.h>

#define SWITCH_PORTS 64U
#define SWITCH_ADDRESSES 1024U
#define SWITCH_FORGET_S 300U
#define SWITCH_EVERYWHERE (-1)

struct switch_table {
	struct switch_entry {
		uint64_t address; /* 0: free */
		uint64_t seen;    /* seconds */
		unsigned port;
	} entry[SWITCH_ADDRESSES];
};

/* Learns from a frame (at least its 14 bytes of header) and says to which port it goes. */
int switch_table_frame(struct switch_table *t, unsigned from, const uint8_t *frame, uint64_t now);

/* Nobody is behind @port any more. */
void switch_table_forget(struct switch_table *t, unsigned port);

#endif
