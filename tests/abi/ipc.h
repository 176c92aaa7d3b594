/* SPDX-License-Identifier: MIT */
/* The parts of the IPC test, and the partner they share. */
#ifndef ABI_IPC_H
#define ABI_IPC_H

#include "actor.h"
#include "tap.h"

#include <l4/sys/ipc_gate.h>

/* What the partner does, and afterwards what came of it. */
struct script {
	l4_umword_t dest, tag, label;
	unsigned timeouts, words;
	volatile int done;
	struct answer got;
	l4_umword_t mr[63];
};
extern struct script script;

/* Starts the partner with one invocation; word n of its message is 1000 + n. */
void partner_does(l4_umword_t dest, l4_umword_t tag, l4_umword_t label, unsigned timeouts);

/* Waits for any message, at most 50 ms. */
struct answer wait_any(void);

/* The reply slot. */
void ipc_replies_filled(void);
void ipc_replies_emptied(void);

/* Messages with items that find no buffer. */
void ipc_items(void);

#endif
