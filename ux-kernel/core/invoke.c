// SPDX-License-Identifier: MIT
/* Decodes an invocation and sends it to an object or to another thread. */
#include "invoke.h"

#include "call.h"
#include "event.h"
#include "gate.h"
#include "irq.h"
#include "task.h"
#include "thread.h"

#include <l4/abi/ops.h>
#include <string.h>

uint64_t call_ipc_error(struct call *c, unsigned error)
{
	/* A caller that has just deleted itself has none any more. */
	if (c->self->utcb)
		c->self->utcb->error = error;
	return L4_MSGTAG_ERROR;
}

int call_item(struct call *c, unsigned n, struct cap **cap)
{
	unsigned pos = c->words + 2 * n;
	uint64_t fp;

	if (n >= c->items || pos + 2 > 63 || !c->mr[pos])
		return -L4_EINVAL;
	fp = c->mr[pos + 1];
	if (fpage_type(fp) != L4_FPAGE_OBJ)
		return -(L4_EIPC_LO + L4_IPC_SEMSGCUT);
	*cap = cap_lookup(&c->self->task->caps, fpage_index(fp));
	return *cap ? 0 : -L4_EINVAL;
}

int call_object(struct call *c, unsigned n, enum kobj_type type, struct cap **cap)
{
	int e = call_item(c, n, cap);

	return !e && (*cap)->obj->ops->type != type ? -L4_EINVAL : e;
}

uint64_t call_object_error(struct call *c, int error)
{
	if (error <= -L4_EIPC_LO)
		return call_ipc_error(c, -error - L4_EIPC_LO);
	return call_result(error);
}

bool call_thread_item(struct call *c, struct thread **t, uint64_t *answer)
{
	struct cap *cap;
	int e = call_object(c, 0, KOBJ_THREAD, &cap);

	*answer = 0;
	if (e)
		*answer = call_object_error(c, e);
	else if (!(cap->rights & CAP_S))
		*answer = call_result(-L4_EPERM);
	else
		*t = thread_of(cap->obj);
	return !*answer;
}

bool call_result_slot(struct call *c, uint64_t *index)
{
	const l4_utcb_layout_t *u = c->self->utcb;
	unsigned pos = u->bdr >> L4_BDR_OBJ_SHIFT & L4_BDR_OFFSET_MASK;
	uint64_t w = u->br[pos];

	if (!(w & L4_ITEM_MAP))
		return false;
	if (w & L4_RCV_ITEM_SINGLE_CAP) {
		*index = w >> L4_CAP_SHIFT;
		return true;
	}
	if (fpage_type(u->br[pos + 1]) != L4_FPAGE_OBJ)
		return false;
	*index = fpage_index(u->br[pos + 1]);
	return true;
}

/* Closed receive from an object: the sender to wait for. The caller itself: only a timeout. */
static struct sender *receive_source(struct thread *self, struct kobj *o)
{
	switch (o->ops->type) {
	case KOBJ_THREAD:
		return &thread_of(o)->snd;
	case KOBJ_GATE:
		return gate_of(o)->thread ? &gate_of(o)->thread->snd : &self->snd;
	case KOBJ_IRQ:
		return &irq_of(o)->snd;
	default:
		return &self->snd;
	}
}

void invoke_ipc(struct thread *t, struct kobj *o)
{
	struct thread *dest;

	t->ipc.from = t->ipc.flags & L4_SYSF_OPEN_WAIT ? NULL : receive_source(t, o);
	if (o->ops->type == KOBJ_THREAD) {
		dest = thread_of(o);
	} else {
		struct gate *g = gate_of(o);

		dest = g->thread;
		t->snd.label = g->label | t->ipc.rights;
		if (!dest) {
			ipc_start_unbound(t, g);
			return;
		}
	}
	if (dest->obj.dead)
		ipc_fail(t, L4_IPC_ENOT_EXISTENT);
	else
		ipc_start(t, dest);
}

/* The answer of a kernel object, or the receive phase when it gave none. */
static void finish(struct call *c, struct kobj *o, uint64_t result)
{
	struct thread *self = c->self;

	if (c->disposition == CALL_DONE || self->obj.dead)
		return;
	if (c->disposition == CALL_REPLY) {
		if (result & L4_MSGTAG_ERROR || c->flags & L4_SYSF_RECV)
			self->regs.rax = result;
		return;
	}
	if (!(c->flags & L4_SYSF_RECV))
		return;
	self->ipc.flags = c->flags & ~L4_SYSF_SEND;
	self->ipc.from = c->flags & L4_SYSF_OPEN_WAIT ? NULL : receive_source(self, o);
	/* Nobody wakes who waits for the dead: a gate's thread can have died before it. */
	if (self->ipc.from && o->ops->type == KOBJ_GATE && gate_of(o)->thread &&
	    gate_of(o)->thread->obj.dead)
		ipc_fail(self, L4_IPC_ENOT_EXISTENT);
	else
		ipc_receive(self);
}

/* Without a receive phase the caller's message registers stay as they are. */
static void hide_answer(struct call *c, uint64_t scratch[L4_UTCB_GENERIC_DATA_SIZE])
{
	if (c->flags & L4_SYSF_RECV)
		return;
	memcpy(scratch, c->mr, L4_UTCB_GENERIC_DATA_SIZE * sizeof(*scratch));
	c->mr = scratch;
}

static void invoke_object(struct call *c, struct kobj *o)
{
	uint64_t result = c->tag, scratch[L4_UTCB_GENERIC_DATA_SIZE], *mr = c->mr;

	kobj_pin(o);
	/* A task tells of a wrong protocol even to who does not listen. */
	if (o->ops->type == KOBJ_TASK && c->label != L4_PROTO_TASK)
		c->flags |= L4_SYSF_RECV;
	if (o->ops->type != KOBJ_TASK)
		hide_answer(c, scratch);
	if (o->ops->type == KOBJ_TASK || (c->flags & L4_SYSF_SEND))
		result = o->ops->invoke(o, c);
	else
		c->disposition = CALL_NO_REPLY;
	c->mr = mr;
	finish(c, o, result);
	kobj_unpin(o);
}

static void fail_not_existent(struct thread *self)
{
	self->utcb->error = L4_IPC_ENOT_EXISTENT;
	self->regs.rax = L4_MSGTAG_ERROR;
}

static bool is_thread_protocol(const struct call *c)
{
	return c->label == L4_PROTO_THREAD && !(c->flags & L4_SYSF_REPLY) &&
	       (!c->flags || (c->flags & L4_SYSF_SEND));
}

static void invoke_target(struct call *c, struct kobj *o, bool reply)
{
	struct thread *self = c->self;
	bool is_ipc = o->ops->type == KOBJ_THREAD;

	if (is_ipc && is_thread_protocol(c) && !c->words) {
		self->regs.rax = call_result(-L4_EMSGTOOSHORT); /* even to who does not listen */
		return;
	}
	if (is_ipc && is_thread_protocol(c)) {
		uint64_t scratch[L4_UTCB_GENERIC_DATA_SIZE], *mr = c->mr, result;

		kobj_pin(o);
		hide_answer(c, scratch);
		result = thread_protocol(thread_of(o), c);
		c->mr = mr;
		finish(c, o, result);
		kobj_unpin(o);
		return;
	}
	if (o->ops->type == KOBJ_GATE)
		is_ipc = reply || c->label != L4_PROTO_KOBJECT || !(c->rights & CAP_SERVER) ||
			 !(c->flags & L4_SYSF_SEND);
	if (!is_ipc) {
		invoke_object(c, o);
		return;
	}
	if (!ipc_wanted(c->flags) && (o->ops->type == KOBJ_THREAD || gate_of(o)->thread)) {
		fail_not_existent(self);
		return;
	}
	self->snd.label = self->regs.rsi;
	self->ipc.rights = c->rights & (CAP_W | CAP_S);
	invoke_ipc(self, o);
}

static bool is_reply_slot(uint64_t dest)
{
	return (dest & (L4_INVALID_CAP_BIT | L4_REPLY_CAP_BIT)) == L4_REPLY_CAP_BIT;
}

/* REPLY: the slot is emptied first, whatever comes of the operation. */
static void invoke_reply(struct call *c, uint64_t dest)
{
	struct thread *self = c->self, *caller;
	struct reply_slot *s = is_reply_slot(dest) ? reply_find(self->task, dest >> L4_CAP_SHIFT)
						   : &self->ipc.implicit_reply;

	if (!s || !s->caller) {
		fail_not_existent(self);
		return;
	}
	caller = s->caller;
	c->rights = s->rights;
	reply_clear(s);
	invoke_target(c, &caller->obj, true);
}

/* Chooses where an open wait remembers a caller. false: there is no such slot. */
static bool prepare_wait(struct thread *self, uint64_t dest)
{
	self->ipc.next_reply = &self->ipc.implicit_reply;
	if (is_reply_slot(dest) && (dest & L4_SYSF_RECV) && (dest & L4_SYSF_OPEN_WAIT))
		self->ipc.next_reply = reply_make(self->task, dest >> L4_CAP_SHIFT);
	return self->ipc.next_reply;
}

static void dispatch(struct thread *self)
{
	l4_exc_regs_t *r = &self->regs;
	uint64_t dest = r->rdx;
	struct call c = {
		.self = self,
		.flags = dest & 0xf,
		.tag = r->rax & ~L4_MSGTAG_ERROR,
		.label = (long)r->rax >> L4_MSGTAG_LABEL_SHIFT,
		.words = r->rax & L4_MSGTAG_WORDS_MASK,
		.items = r->rax >> L4_MSGTAG_ITEMS_SHIFT & L4_MSGTAG_ITEMS_MASK,
		.timeouts = r->r8,
		.mr = self->utcb->mr,
	};
	struct cap *cap;

	self->ipc.kind = IPC_SYSCALL;
	self->ipc.tag = c.tag;
	self->ipc.flags = c.flags;
	self->ipc.timeouts = c.timeouts;
	if (!prepare_wait(self, dest)) {
		r->rax = call_ipc_error(&c, L4_IPC_NOREPLYCAP);
	} else if (c.flags & L4_SYSF_REPLY) {
		invoke_reply(&c, dest);
	} else if (dest & (L4_INVALID_CAP_BIT | L4_REPLY_CAP_BIT)) {
		c.rights = CAP_W | CAP_S;
		invoke_target(&c, &self->obj, false);
	} else if ((cap = cap_lookup(&self->task->caps, dest >> L4_CAP_SHIFT))) {
		c.rights = cap->rights;
		event(EVENT_CALL, self->obj.id, cap->obj->id, c.tag);
		invoke_target(&c, cap->obj, false);
	} else {
		fail_not_existent(self);
	}
}

void invoke_syscall(struct thread *t)
{
	struct task *task = t->task;

	/* The call may delete its own thread and task. */
	kobj_pin(&t->obj);
	kobj_pin(&task->obj);
	t->busy = true;
	dispatch(t);
	t->busy = false;
	kobj_unpin(&task->obj);
	kobj_unpin(&t->obj);
}
