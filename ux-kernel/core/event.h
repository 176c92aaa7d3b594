/* SPDX-License-Identifier: MIT */
/*
 * What the kernel did last: a ring of events that is always on. Recording one costs a read of the
 * clock and four stores; whoever wants to see them (debug/) looks between two kernel entries.
 */
#ifndef CORE_EVENT_H
#define CORE_EVENT_H

#include "arch.h"

#include <stdint.h>

enum event_type {
	EVENT_NONE,
	EVENT_RUN,        /* the thread goes on; a: task it executes in, b: ip */
	EVENT_IDLE,       /* nobody can run */
	EVENT_CALL,       /* invocation; a: object, b: message tag */
	EVENT_IPC,        /* message handed over; a: receiver, b: tag */
	EVENT_PAGE_FAULT, /* told to a pager; a: address, b: error code */
	EVENT_EXCEPTION,  /* a: trap number, b: ip */
	EVENT_UPCALL,     /* vCPU entry; a: trap number, b: ip it interrupts */
	EVENT_RESUME,     /* vCPU; a: task of user mode or 0, b: ip */
	EVENT_LINE,       /* a: interrupt line (devices/irq_wire.h) */
	EVENT_IRQ,        /* message of an IRQ object; thread: receiver, a: object, b: label */
	EVENT_MAP,        /* a: address, b: frame | rights << 60; by the running thread */
	EVENT_UNMAP,      /* a: address, b: order | revoked rights << 8; by the running thread */
	EVENT_BORN,       /* a: object, b: enum kobj_type */
	EVENT_DEAD,       /* a: object, b: enum kobj_type */
	EVENT_TYPES,
};

struct event {
	uint64_t time; /* ns of the system clock */
	uint64_t a, b;
	uint32_t thread; /* id of the object; 0: the one that ran last */
	uint32_t type;
};

_Static_assert(sizeof(struct event) == 32, "event");

#define EVENT_RING 65536U

extern struct event event_ring[EVENT_RING];
extern uint64_t event_count; /* ever recorded; the next one goes to event_count % EVENT_RING */

static inline void event(enum event_type type, uint64_t thread, uint64_t a, uint64_t b)
{
	event_ring[event_count++ % EVENT_RING] = (struct event){ arch_now_ns(), a, b,
								 (uint32_t)thread, type };
}

#endif
