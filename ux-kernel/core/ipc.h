/* SPDX-License-Identifier: MIT */
/*
 * IPC: the rendezvous of a sender and a receiver, as a state machine without kernel stacks.
 *
 * Every thread is in one state. A blocked thread is woken by its partner, a timeout, a cancel or
 * a death; all four end in ipc_complete() or ipc_fail(). When a queued sender is served by its
 * receiver, its own receive phase is run from a work list (ipc_run_pending) instead of by
 * recursion, so chains of senders of any length need no stack.
 */
#ifndef CORE_IPC_H
#define CORE_IPC_H

#include "list.h"
#include "reply.h"
#include "timer.h"

#include <stdint.h>

struct gate;
struct kobj;
struct task;
struct thread;

enum ipc_state {
	IPC_IDLE,
	IPC_SENDING, /* queued at a receiver or at an unbound gate */
	IPC_SENT,    /* send phase done, receive phase about to be run from the work list */
	IPC_RECEIVING,
	IPC_SEMAPHORE, /* in a semaphore's queue */
	IPC_STUCK,     /* an exception nobody handles: blocked for good */
};

/* What a thread is doing IPC for; decides where message and answer go. */
enum ipc_kind { IPC_SYSCALL, IPC_PAGE_FAULT, IPC_EXCEPTION };

/* Anything that can stand in a receiver's queue: threads and IRQs. */
struct sender {
	struct list link;    /* in a receiver's, gate's or semaphore's queue */
	struct list waiters; /* receivers waiting for this sender alone: struct ipc.wait_link */
	uint8_t prio;
	bool is_irq;
	uint64_t label; /* as the receiver will see it */
};

struct ipc {
	enum ipc_state state;
	enum ipc_kind kind;
	/* the message and how it goes on; valid from the start of an operation to its end */
	uint64_t tag;
	unsigned flags;  /* L4_SYSF_* */
	unsigned rights; /* W, S bits of the capability sent through */
	uint32_t timeouts;
	unsigned error;        /* enum l4_ipc_error of the last failed operation */
	struct sender *from;   /* closed receive: from whom; NULL: open wait */
	struct list wait_link; /* in from->waiters while receiving */
	bool taken;            /* a message is being moved here: the receiver of nothing else */
	struct timer timer;
	struct list work_link; /* in the work list while IPC_SENT */
	struct list senders;   /* who waits to send to this thread, by descending priority */
	struct reply_slot implicit_reply;
	struct reply_slot *next_reply; /* open wait: where a caller goes */
	struct reply_slot *answer;     /* the slot that holds this thread as its caller */
};

void ipc_init(struct thread *t);

/* Whether flags (L4_SYSF_*) ask for a message to be sent or received. */
static inline bool ipc_wanted(unsigned flags)
{
	return flags & (L4_SYSF_SEND | L4_SYSF_RECV);
}

/*
 * Starts the operation in t->ipc (tag, flags, rights, timeouts, from; t->snd.label) to @dest,
 * which may be NULL when there is no send phase.
 */
void ipc_start(struct thread *t, struct thread *dest);

/* Blocks @t at a gate nobody is bound to yet; a mere receive waits there as well. */
void ipc_start_unbound(struct thread *t, struct gate *g);

/*
 * Fault injection: @t, which was about to send, waits in @queue, whatever its timeout says, until
 * the queue is released: then all in it send to @dest.
 */
void ipc_hold(struct thread *t, struct list *queue);
void ipc_release(struct list *queue, struct thread *dest);

/* Binds queued senders of @queue (a gate's) to receiver @dest; @label or'ed with their rights. */
void ipc_requeue(struct list *queue, struct thread *dest, uint64_t label);

/* Enters the receive phase of t->ipc. */
void ipc_receive(struct thread *t);

/* An IRQ became pending for @dest: delivers or queues it. */
void ipc_irq(struct sender *irq, struct thread *dest);

/*
 * Semaphores block with the receive timeout and are woken with result 0; who did not ask for an
 * answer keeps the tag.
 */
void ipc_semaphore_wait(struct thread *t, struct list *queue, uint32_t timeouts);
void ipc_semaphore_wake(struct thread *t);

/* Ends a blocked operation with enum l4_ipc_error @error (send or receive code). */
void ipc_fail(struct thread *t, unsigned error);

/* ex_regs cancel: ends a send or receive with the cancel code. false: nothing to cancel. */
bool ipc_cancel(struct thread *t);

/* A sender goes away: everybody who waits for it alone wakes with "not existent". */
void ipc_sender_gone(struct sender *s);

/* A receiver goes away: everybody queued at it wakes with "not existent". */
void ipc_receiver_gone(struct thread *t);

/* Takes @t out of whatever it waits in, without result; for dying threads. */
void ipc_detach(struct thread *t);

/* vCPU: queue not empty / deliver the first queued message as an upcall if there is one. */
bool ipc_pending(const struct thread *t);
bool ipc_deliver_pending(struct thread *t);

/* Runs the receive phases on the work list. Called at the end of every kernel entry. */
void ipc_run_pending(void);

/* transfer.c: maps what a typed item says from t's task to @dst. 0 or an enum l4_ipc_error. */
unsigned ipc_map_item(struct thread *t, struct task *dst, uint64_t w0, uint64_t fp);

/* transfer.c: copies the message. Returns 0 or the (send phase) error code for both sides. */
unsigned ipc_transfer(struct thread *snd, struct thread *rcv);

#endif
