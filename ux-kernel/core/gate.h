/* SPDX-License-Identifier: MIT */
/* IPC gate: a labelled, transferable right to send to a thread (L4Re manual, group "IPC Gates"). */
#ifndef CORE_GATE_H
#define CORE_GATE_H

#include "cap.h"

struct task;
struct thread;

struct gate {
	struct kobj obj;
	struct thread *thread; /* bound to; pinned; NULL: senders wait */
	uint64_t label;        /* low two bits 0 */
	struct list senders;   /* while unbound: struct sender.link */
};

static inline struct gate *gate_of(struct kobj *o)
{
	return (struct gate *)o;
}

struct gate *gate_create(struct factory *quota);

/* Binds (or re-binds) and serves the senders that waited. */
void gate_bind(struct gate *g, struct thread *t, uint64_t label);

/* The label if @c names a gate whose thread lives in @receiver; @rights nibble of the flexpage. */
bool gate_local_label(struct cap *c, struct task *receiver, unsigned rights, uint64_t *label);

/* The control protocol (label -10), for capabilities with the server right. */
uint64_t gate_control(struct gate *g, struct call *c);

#endif
