// SPDX-License-Identifier: MIT
/* Semaphores. */
#include "semaphore.h"

#include "call.h"
#include "ipc.h"
#include "irq.h"
#include "thread.h"

#include <l4/abi/ops.h>
#include <limits.h>

static void semaphore_up(struct irq_base *b)
{
	struct semaphore *s = (struct semaphore *)b;

	if (!list_empty(&s->waiters))
		ipc_semaphore_wake(list_entry(s->waiters.next, struct thread, snd.link));
	else if (s->count < LONG_MAX)
		s->count++;
}

static uint64_t semaphore_down(struct semaphore *s, struct call *c)
{
	if (!(c->rights & CAP_S))
		return call_result(-L4_EPERM);
	if (s->count) {
		s->count--;
		return call_result(0);
	}
	ipc_semaphore_wait(c->self, &s->waiters, c->timeouts);
	return call_done(c);
}

static uint64_t semaphore_trigger_protocol(struct semaphore *s, struct call *c, long op)
{
	switch (op) {
	case L4_IRQ_OP_TRIGGER:
		semaphore_up(&s->base);
		return call_no_reply(c);
	case L4_IRQ_OP_EOI:
		if (!s->count)
			irq_unmask(&s->base);
		return call_no_reply(c);
	default:
		return call_result(-L4_ENOSYS);
	}
}

static uint64_t semaphore_invoke(struct kobj *o, struct call *c)
{
	struct semaphore *s = (struct semaphore *)o;
	long op = irq_opcode(c);

	if (op < 0)
		return call_result(-L4_EINVAL);
	switch (c->label) {
	case L4_PROTO_IRQ:
		return semaphore_trigger_protocol(s, c, op);
	case L4_PROTO_SEMAPHORE:
		return op == L4_SEMAPHORE_OP_DOWN ? semaphore_down(s, c) : call_result(-L4_ENOSYS);
	default:
		return call_result(-L4_EBADPROTO);
	}
}

static void semaphore_kill(struct kobj *o)
{
	struct semaphore *s = (struct semaphore *)o;

	if (s->base.pin)
		irq_pin_detach(s->base.pin);
	while (!list_empty(&s->waiters))
		ipc_fail(list_entry(s->waiters.next, struct thread, snd.link),
			 L4_IPC_ENOT_EXISTENT);
}

static const struct kobj_ops semaphore_ops = {
	.type = KOBJ_SEMAPHORE,
	.name = "semaphore",
	.size = sizeof(struct semaphore),
	.invoke = semaphore_invoke,
	.kill = semaphore_kill,
};

struct semaphore *semaphore_create(struct factory *quota)
{
	struct semaphore *s = kobj_create(&semaphore_ops, quota);

	if (!s)
		return NULL;
	s->base.hit = semaphore_up;
	list_init(&s->waiters);
	return s;
}
