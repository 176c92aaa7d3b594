/* SPDX-License-Identifier: MIT */
/*
 * Between the kernel and a device process: descriptors and the control socket (packets).
 *
 * The kernel speaks first, with a hello. After that it only tells what the device may see of guest
 * memory, and every such packet is answered, so that the kernel knows when memory it has taken
 * back is really gone; in simulated time also to say when a device is through with its work.
 * Interrupts are marks on a page and records in the IRQ pipe (sheet_wire.h, irq_wire.h). The
 * doorbell is an eventfd, which the kernel also rings, with DEVICE_BELL_CONTROL, before each packet
 * and before the end of the socket: so a device may wait for the bell alone, and knows how many
 * packets there are. That end is the end of the device: it saves what it must and exits.
 */
#ifndef DEVICES_DEVICE_WIRE_H
#define DEVICES_DEVICE_WIRE_H

#include <stdint.h>

/*
 * Exit status of a device for which this host lacks something, which it has reported. It is not
 * started again; when that happens at the start of the system, that ends.
 */
#define DEVICE_EXIT_UNUSABLE 69

#define DEVICE_WIRE_VERSION 5U

#define DEVICE_BELL_CONTROL (1ULL << 32) /* what the bell counts besides the rings of the driver */

/* Descriptors a device is started with. */
enum device_fd {
	DEVICE_FD_CONTROL = 3,
	DEVICE_FD_BELL,
	DEVICE_FD_IRQ,
	DEVICE_FD_IO,    /* the configuration pages; the device maps its own and closes it */
	DEVICE_FD_RAM,   /* guest memory: mapped only where the kernel says */
	DEVICE_FD_SHEET, /* faults to inject (sheet_wire.h) */
	DEVICE_FD_OWN,   /* the first of what it works on */
};

struct device_hello {
	uint32_t version;
	uint32_t number;
	uint32_t irq, bell; /* pins of the ICU */
	uint32_t flags;     /* of the device's own kind */
	uint32_t raw;       /* standard error is a terminal in raw mode */
	uint32_t failing;   /* too many predecessors have died: refuse requests until a reset */
	uint32_t settled;   /* nothing was under way: the driver is owed no interrupt */
	char name[96];      /* for messages */
};

/* What a range of DMA addresses is from now on; no rights: nothing. */
struct device_range {
	uint64_t va, len;
	uint64_t offset; /* in guest RAM */
	uint64_t rights; /* DEVICE_R, DEVICE_W */
};
#define DEVICE_R 1U
#define DEVICE_W 2U

#define DEVICE_RANGES 60

#define DEVICE_MORE 1U   /* another packet belongs to this one */
#define DEVICE_SETTLE 2U /* to be answered when there is nothing left to do */
#define DEVICE_HOLD 4U   /* with it: after the answer nothing is done before the next packet */

struct device_packet {
	uint32_t sequence;
	uint16_t count;
	uint16_t flags; /* DEVICE_MORE, DEVICE_SETTLE, DEVICE_HOLD */
	struct device_range range[DEVICE_RANGES];
};

struct device_answer {
	uint32_t sequence;
	int32_t error; /* negative errno: the device has no room for that many ranges */
};

_Static_assert(sizeof(struct device_hello) == 128, "hello");
_Static_assert(sizeof(struct device_packet) == 8 + 32 * DEVICE_RANGES, "packet");
_Static_assert(sizeof(struct device_answer) == 8, "answer");

#endif
