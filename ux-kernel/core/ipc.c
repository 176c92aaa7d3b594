// SPDX-License-Identifier: MIT
/* The rendezvous. */
#include "ipc.h"

#include "../fault/hook.h"
#include "arch.h"
#include "event.h"
#include "fault.h"
#include "gate.h"
#include "irq.h"
#include "sched.h"
#include "state.h"
#include "task.h"
#include "thread.h"
#include "vcpu.h"

#include <l4/abi/consts.h>
#include <l4/abi/err.h>
#include <l4/abi/msg.h>

STATE static struct list work = { &work, &work };

static void ipc_timeout(struct timer *timer)
{
	struct thread *t = list_entry(timer, struct thread, ipc.timer);

	ipc_fail(t, t->ipc.state == IPC_SENDING ? L4_IPC_SETIMEOUT : L4_IPC_RETIMEOUT);
}

void ipc_init(struct thread *t)
{
	list_init(&t->snd.link);
	list_init(&t->snd.waiters);
	list_init(&t->ipc.wait_link);
	list_init(&t->ipc.work_link);
	list_init(&t->ipc.senders);
	t->ipc.next_reply = &t->ipc.implicit_reply;
	t->ipc.timer.expired = ipc_timeout;
}

static void set_state(struct thread *t, enum ipc_state state)
{
	t->ipc.state = state;
	sched_update(t);
}

/* Unhooks a blocked thread from queues, timers and reply slots. */
static void unblock(struct thread *t)
{
	timer_cancel(&t->ipc.timer);
	list_del(&t->snd.link);
	list_del(&t->ipc.wait_link);
	list_del(&t->ipc.work_link);
	reply_forget(t);
}

/* Ends the operation of a thread with a result tag. */
static void ipc_complete(struct thread *t, uint64_t tag, uint64_t label)
{
	enum ipc_kind kind = t->ipc.kind;

	unblock(t);
	t->ipc.kind = IPC_SYSCALL;
	set_state(t, IPC_IDLE);
	if (kind == IPC_SYSCALL) {
		t->regs.rax = tag;
		t->regs.rsi = label;
	} else if (kind == IPC_PAGE_FAULT) {
		fault_page_fault_done(t, tag);
	} else {
		fault_exception_done(t, tag);
	}
}

void ipc_fail(struct thread *t, unsigned error)
{
	uint64_t tag = L4_MSGTAG_ERROR;

	t->ipc.error = error;
	if (t->utcb && t->ipc.kind == IPC_SYSCALL)
		t->utcb->error = error;
	/* A failed receive leaves the other fields of the tag alone, a semaphore does not. */
	if ((error & L4_IPC_SND_ERR_MASK) && t->ipc.kind == IPC_SYSCALL &&
	    t->ipc.state != IPC_SEMAPHORE)
		tag |= t->regs.rax;
	ipc_complete(t, tag, t->regs.rsi);
}

static void insert_by_prio(struct list *queue, struct sender *s)
{
	struct list *pos = queue->prev;

	while (pos != queue && list_entry(pos, struct sender, link)->prio < s->prio)
		pos = pos->prev;
	list_add_head(&s->link, pos);
}

/* true: blocked; false: the timeout is zero. */
static bool block(struct thread *t, enum ipc_state state, unsigned raw_timeout)
{
	uint64_t at = 0;

	switch (timeout_decode(raw_timeout, t->utcb->br, raw_timeout ? arch_now() : 0, &at)) {
	case TIMEOUT_NOW:
		return false;
	case TIMEOUT_AT:
		timer_arm(&t->ipc.timer, at);
		break;
	case TIMEOUT_NEVER:
		break;
	}
	set_state(t, state);
	return true;
}

static bool receptive(const struct thread *r, const struct sender *s)
{
	if (r->obj.dead || r->ipc.taken)
		return false;
	if (r->ipc.state == IPC_RECEIVING)
		return !(r->ipc.from && r->ipc.from != s);
	return r->ipc.state == IPC_IDLE && !r->busy && vcpu_accepts_ipc(r);
}

/* A closed receive from @r follows the send of @s: the send is a call. */
static bool is_call(const struct thread *s, const struct thread *r)
{
	return (s->ipc.flags & L4_SYSF_RECV) && s->ipc.from == &r->snd;
}

/* Where a caller of @r is remembered; NULL after a closed receive. Upcalls have no choice. */
static struct reply_slot *reply_slot(struct thread *r)
{
	if (r->ipc.state == IPC_IDLE)
		return &r->ipc.implicit_reply;
	return r->ipc.from ? NULL : r->ipc.next_reply;
}

static void receiver_done(struct thread *r, uint64_t tag, uint64_t label)
{
	if (r->ipc.state == IPC_IDLE)
		vcpu_ipc_upcall(r, tag, label);
	else
		ipc_complete(r, tag, label);
}

static struct sender *find_sender(struct thread *t)
{
	list_for_each(it, &t->ipc.senders) {
		struct sender *s = list_entry(it, struct sender, link);

		if (!t->ipc.from || t->ipc.from == s)
			return s;
	}
	return NULL;
}

/*
 * The receiver goes on with the time slice of @s: @s runs, did not ask otherwise, and is about to
 * block in a call, or has the slice from somebody else anyway.
 */
static bool donates(struct thread *s)
{
	if ((s->ipc.tag & L4_MSGTAG_SCHEDULE) || !sched_is_running(s))
		return false;
	if (!(s->ipc.flags & L4_SYSF_RECV))
		return !sched_on_own_slice(s);
	if (timeout_is_zero(s->ipc.timeouts & 0xffff) || find_sender(s))
		return false;
	return s->ipc.from || !sched_on_own_slice(s);
}

/* The message has arrived, with @error of the transfer; @s goes on with its receive phase. */
static void delivered(struct thread *s, struct thread *r, unsigned error)
{
	struct reply_slot *slot = reply_slot(r);
	uint64_t tag = s->ipc.tag & ~L4_MSGTAG_ERROR;

	event(EVENT_IPC, s->obj.id, r->obj.id, tag);
	list_del(&s->snd.link);
	timer_cancel(&s->ipc.timer);
	if (error) {
		r->ipc.error = r->utcb->error = error | L4_IPC_SND_ERR_MASK;
		tag |= L4_MSGTAG_ERROR;
	}
	if (donates(s))
		sched_switch_to(r);
	receiver_done(r, tag, s->snd.label);
	if (error) {
		ipc_fail(s, error);
		return;
	}
	if (slot && is_call(s, r))
		reply_set(slot, s, s->ipc.rights);
	if (!(s->ipc.flags & L4_SYSF_RECV)) {
		ipc_complete(s, s->ipc.tag, s->regs.rsi);
		return;
	}
	/* It waits for @r alone from now on: @r may die before the work list is run. */
	if (is_call(s, r))
		list_add_before(&s->ipc.wait_link, &r->snd.waiters);
	s->ipc.state = IPC_SENT;
	list_add_before(&s->ipc.work_link, &work);
}

/*
 * Moves the message of @s to the receptive @r; afterwards @s is IPC_SENT or has failed. A
 * capability that arrives replaces another one, which may have been the last of @s, @r or one of
 * their tasks; who is dead then is left as its death has left it. And a death can trigger an IRQ
 * for @r, which has to wait.
 */
static void deliver(struct thread *s, struct thread *r)
{
	struct task *stask = s->task, *rtask = r->task;
	unsigned error;

	kobj_pin(&s->obj);
	kobj_pin(&r->obj);
	kobj_pin(&stask->obj);
	kobj_pin(&rtask->obj);
	r->ipc.taken = true;
	error = ipc_transfer(s, r);
	r->ipc.taken = false;
	if (s->obj.dead) {
		if (!r->obj.dead && r->ipc.state == IPC_RECEIVING)
			ipc_fail(r, L4_IPC_ENOT_EXISTENT | L4_IPC_SND_ERR_MASK);
	} else if (!r->obj.dead) {
		delivered(s, r, error);
	} else if (s->ipc.state != IPC_IDLE || s->busy) {
		ipc_fail(s, L4_IPC_ENOT_EXISTENT);
	}
	kobj_unpin(&rtask->obj);
	kobj_unpin(&stask->obj);
	kobj_unpin(&r->obj);
	kobj_unpin(&s->obj);
}

void ipc_start(struct thread *t, struct thread *dest)
{
	if (!(t->ipc.flags & L4_SYSF_SEND)) {
		ipc_receive(t);
		return;
	}
	if (!dest->alive) {
		ipc_fail(t, L4_IPC_ENOT_EXISTENT); /* nobody has started it */
		return;
	}
	if (FAULT_ACTIVE && fault_ipc(t, dest))
		return;
	if (receptive(dest, &t->snd)) {
		deliver(t, dest);
		return;
	}
	if (!block(t, IPC_SENDING, t->ipc.timeouts >> 16)) {
		ipc_fail(t, L4_IPC_SETIMEOUT);
		return;
	}
	insert_by_prio(&dest->ipc.senders, &t->snd);
	vcpu_note_pending(dest);
}

void ipc_start_unbound(struct thread *t, struct gate *g)
{
	if (!block(t, IPC_SENDING, t->ipc.timeouts >> 16)) {
		ipc_fail(t, L4_IPC_SETIMEOUT);
		return;
	}
	insert_by_prio(&g->senders, &t->snd);
}

void ipc_hold(struct thread *t, struct list *queue)
{
	set_state(t, IPC_SENDING);
	list_add_before(&t->snd.link, queue);
}

/* @s goes on with a message that it could not send before. */
static void send_again(struct thread *s, struct thread *dest)
{
	list_del(&s->snd.link);
	if (dest->obj.dead || !dest->alive) {
		ipc_fail(s, L4_IPC_ENOT_EXISTENT);
	} else if (receptive(dest, &s->snd)) {
		deliver(s, dest);
	} else {
		insert_by_prio(&dest->ipc.senders, &s->snd);
		vcpu_note_pending(dest);
	}
}

void ipc_release(struct list *queue, struct thread *dest)
{
	while (!list_empty(queue))
		send_again(list_entry(queue->next, struct thread, snd.link), dest);
}

void ipc_requeue(struct list *queue, struct thread *dest, uint64_t label)
{
	kobj_pin(&dest->obj);
	while (!list_empty(queue)) {
		struct thread *s = list_entry(queue->next, struct thread, snd.link);

		s->snd.label = label | (s->ipc.rights & 3);
		if ((s->ipc.flags & (L4_SYSF_RECV | L4_SYSF_OPEN_WAIT)) == L4_SYSF_RECV)
			s->ipc.from = &dest->snd;
		if (!ipc_wanted(s->ipc.flags)) {
			ipc_fail(s, L4_IPC_ENOT_EXISTENT);
		} else if (!dest->obj.dead && !(s->ipc.flags & L4_SYSF_SEND)) {
			list_del(&s->snd.link);
			timer_cancel(&s->ipc.timer);
			ipc_receive(s);
		} else {
			send_again(s, dest);
		}
	}
	kobj_unpin(&dest->obj);
}

static void deliver_irq(struct sender *s, struct thread *r)
{
	struct irq *i = irq_of_sender(s);

	event(EVENT_IRQ, r->obj.id, i->base.obj.id, s->label);
	irq_delivered(i);
	receiver_done(r, 0, s->label);
}

static void take(struct thread *t, struct sender *s)
{
	kobj_pin(&t->obj);
	if (s->is_irq) {
		list_del(&s->link);
		deliver_irq(s, t);
	} else {
		deliver(list_entry(s, struct thread, snd), t);
	}
	vcpu_note_pending(t);
	kobj_unpin(&t->obj);
}

void ipc_receive(struct thread *t)
{
	struct sender *s;

	list_del(&t->ipc.wait_link);
	if (!(t->ipc.flags & L4_SYSF_RECV)) {
		ipc_complete(t, t->ipc.tag, t->regs.rsi);
		return;
	}
	s = find_sender(t);
	if (s) {
		t->ipc.state = IPC_RECEIVING;
		take(t, s);
		return;
	}
	if (!block(t, IPC_RECEIVING, t->ipc.timeouts & 0xffff)) {
		ipc_fail(t, L4_IPC_RETIMEOUT);
		return;
	}
	if (t->ipc.from && t->ipc.from != &t->snd)
		list_add_before(&t->ipc.wait_link, &t->ipc.from->waiters);
}

void ipc_irq(struct sender *irq, struct thread *dest)
{
	if (!receptive(dest, irq)) {
		insert_by_prio(&dest->ipc.senders, irq);
		vcpu_note_pending(dest);
		return;
	}
	deliver_irq(irq, dest);
}

void ipc_semaphore_wait(struct thread *t, struct list *queue, uint32_t timeouts)
{
	if (!block(t, IPC_SEMAPHORE, timeouts & 0xffff)) {
		t->ipc.state = IPC_SEMAPHORE;
		ipc_fail(t, L4_IPC_RETIMEOUT);
		return;
	}
	insert_by_prio(queue, &t->snd);
}

void ipc_semaphore_wake(struct thread *t)
{
	bool answer = t->ipc.flags & L4_SYSF_RECV;

	ipc_complete(t, answer ? 0 : t->ipc.tag, t->regs.rsi);
}

bool ipc_cancel(struct thread *t)
{
	switch (t->ipc.state) {
	case IPC_SENDING:
		ipc_fail(t, L4_IPC_SECANCELED);
		return true;
	case IPC_SENT:
	case IPC_RECEIVING:
	case IPC_SEMAPHORE:
		ipc_fail(t, L4_IPC_RECANCELED);
		return true;
	case IPC_STUCK:
		set_state(t, IPC_IDLE);
		return true;
	case IPC_IDLE:
		break;
	}
	return false;
}

void ipc_sender_gone(struct sender *s)
{
	while (!list_empty(&s->waiters))
		ipc_fail(list_entry(s->waiters.next, struct thread, ipc.wait_link),
			 L4_IPC_ENOT_EXISTENT | L4_IPC_SND_ERR_MASK);
}

void ipc_receiver_gone(struct thread *t)
{
	while (!list_empty(&t->ipc.senders)) {
		struct sender *s = list_entry(t->ipc.senders.next, struct sender, link);

		if (s->is_irq)
			irq_rejected(irq_of_sender(s));
		else
			ipc_fail(list_entry(s, struct thread, snd), L4_IPC_SECANCELED);
	}
	reply_clear(&t->ipc.implicit_reply);
}

void ipc_detach(struct thread *t)
{
	unblock(t);
	t->ipc.next_reply = &t->ipc.implicit_reply; /* the task's slots may go before the thread */
	t->ipc.state = IPC_IDLE;
	sched_update(t);
}

bool ipc_pending(const struct thread *t)
{
	return !list_empty(&t->ipc.senders);
}

bool ipc_deliver_pending(struct thread *t)
{
	if (!ipc_pending(t))
		return false;
	t->ipc.from = NULL;
	take(t, list_entry(t->ipc.senders.next, struct sender, link));
	return true;
}

void ipc_run_pending(void)
{
	while (!list_empty(&work)) {
		struct thread *t = list_entry(work.next, struct thread, ipc.work_link);

		list_del(&t->ipc.work_link);
		ipc_receive(t);
	}
}
