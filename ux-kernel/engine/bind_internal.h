/* SPDX-License-Identifier: MIT */
/* What bind.c (who is bound, before a run) and bind_stop.c (after it) share. */
#ifndef ENGINE_BIND_INTERNAL_H
#define ENGINE_BIND_INTERNAL_H

#include "bind_slot.h"

#include <stdbool.h>

struct guest_stop;
struct hproc;
struct hthread;
struct thread;

struct bound {
	struct hthread *user; /* NULL: none. The server sees its cell */
	bool open;            /* and has its listener */
	bool stale;           /* none, but the server still sees a cell, now anybody's */
	uint64_t index;       /* capability of the user task it was bound by */
	uint64_t seen;        /* stop in the slot that is none of news to the kernel */
};

struct bindings {
	struct bound slot[STUB_BIND_SLOTS];
	unsigned next; /* to be taken when all are in use */
};

struct bind_slot *bind_slot(const struct hproc *server, unsigned n);

/* The user thread @h ran @t and stopped for @e. */
void bind_user_stopped(struct hthread *h, struct thread *t, const struct guest_stop *e);

#endif
