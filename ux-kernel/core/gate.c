// SPDX-License-Identifier: MIT
/* IPC gates. */
#include "gate.h"

#include "call.h"
#include "ipc.h"
#include "thread.h"

#include <l4/abi/ops.h>

void gate_bind(struct gate *g, struct thread *t, uint64_t label)
{
	struct thread *old = g->thread;

	kobj_pin(&t->obj);
	g->thread = t;
	g->label = label;
	if (old)
		kobj_unpin(&old->obj);
	ipc_requeue(&g->senders, t, label);
}

bool gate_local_label(struct cap *c, struct task *receiver, unsigned rights, uint64_t *label)
{
	struct gate *g = gate_of(c->obj);

	if (!g->thread || g->thread->task != receiver)
		return false;
	*label = g->label | (c->rights & rights & (CAP_W | CAP_S));
	return true;
}

static uint64_t gate_bind_call(struct gate *g, struct call *c)
{
	struct thread *t;
	uint64_t answer;

	if (!(c->rights & CAP_S))
		return call_result(-L4_EPERM);
	if (c->words < 2)
		return call_result(-L4_EMSGTOOSHORT);
	if (c->mr[1] & 3)
		return call_result(-L4_EINVAL);
	if (!call_thread_item(c, &t, &answer))
		return answer;
	gate_bind(g, t, c->mr[1]);
	return call_result(0);
}

/* References that are not to count: the object goes with the last of the others. */
static uint64_t gate_drop_references(struct gate *g, struct call *c)
{
	if (c->words < 2)
		return call_result(-L4_EINVAL);
	g->obj.refs = (int64_t)((uint64_t)g->obj.refs - c->mr[1]);
	g->obj.dropped = (int64_t)((uint64_t)g->obj.dropped + c->mr[1]);
	c->mr[0] = (uint64_t)g->obj.refs;
	return call_tag(0, 1, 0);
}

uint64_t gate_control(struct gate *g, struct call *c)
{
	if (c->words < 1)
		return call_result(-L4_EINVAL);
	switch (c->mr[0]) {
	case L4_RCV_EP_BIND_OP:
		return gate_bind_call(g, c);
	case L4_IPC_GATE_INFO_OP:
		c->mr[0] = g->label;
		return call_tag(0, 1, 0);
	case L4_KOBJECT_DEC_REFCNT_OP:
		return gate_drop_references(g, c);
	default:
		return call_result(-L4_ENOSYS);
	}
}

static void gate_kill(struct kobj *o)
{
	struct gate *g = gate_of(o);

	while (!list_empty(&g->senders))
		ipc_fail(list_entry(g->senders.next, struct thread, snd.link),
			 L4_IPC_ENOT_EXISTENT);
	if (!g->thread)
		return;
	irq_pin_raise(&g->thread->delete_pin);
	kobj_unpin(&g->thread->obj);
	g->thread = NULL;
}

/* Ordinary messages never come here: invoke.c turns them into IPC to the bound thread. */
static uint64_t gate_invoke(struct kobj *o, struct call *c)
{
	return gate_control(gate_of(o), c);
}

static const struct kobj_ops gate_ops = {
	.type = KOBJ_GATE,
	.name = "gate",
	.size = sizeof(struct gate),
	.invoke = gate_invoke,
	.kill = gate_kill,
};

struct gate *gate_create(struct factory *quota)
{
	struct gate *g = kobj_create(&gate_ops, quota);

	if (g)
		list_init(&g->senders);
	return g;
}
