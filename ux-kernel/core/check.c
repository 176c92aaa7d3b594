// SPDX-License-Identifier: MIT
/* Invariants: capabilities and reference counts, IPC states and queues, the mapping database. */
#include "check.h"

#include "gate.h"
#include "irq.h"
#include "task.h"
#include "thread.h"

#define CHECK(cond) \
	do { \
		if (!(cond)) \
			return #cond; \
	} while (0)

static const char *check_caps(const struct kobj *o, unsigned long *listed)
{
	int64_t strong = 0;

	list_for_each(it, &o->caps) {
		const struct cap *c = list_entry(it, struct cap, link);

		CHECK(c->obj == o);
		CHECK(it->next->prev == it);
		strong += !(c->rights & CAP_WEAK);
		(*listed)++;
	}
	CHECK(o->refs + o->dropped == strong);
	CHECK(!o->dead || list_empty(&o->caps));
	CHECK(o->pins || strong);
	return NULL;
}

static const char *check_table(const struct task *t, unsigned long *filled)
{
	for (unsigned i = 0; i < L4_CAP_INDICES / CAP_LEAF; i++)
		for (unsigned k = 0; t->caps.leaf[i] && k < CAP_LEAF; k++) {
			const struct cap *c = &t->caps.leaf[i][k];

			if (!c->obj)
				continue;
			CHECK(!t->obj.dead);
			CHECK(!c->obj->dead);
			(*filled)++;
		}
	return NULL;
}

static const char *check_mapping(const struct mapping *m, const struct task *t)
{
	CHECK(m->space == &t->space);
	CHECK(!(m->va & (order_size(m->order) - 1)));
	list_for_each(it, &m->children) {
		const struct mapping *c = list_entry(it, struct mapping, sibling);

		CHECK(c->parent == m);
		CHECK(c->order <= m->order);
		CHECK(c->pa >= m->pa &&
		      c->pa + order_size(c->order) <= m->pa + order_size(m->order));
	}
	return NULL;
}

static const char *check_space(struct task *t, unsigned long *mappings)
{
	struct mapping *m;
	const char *why;

	CHECK(!t->obj.dead || !space_next(&t->space, 0, USER_END));
	for (uint64_t va = 0; (m = space_next(&t->space, va, USER_END));) {
		why = check_mapping(m, t);
		if (why)
			return why;
		va = m->va + order_size(m->order);
		(*mappings)++;
	}
	return NULL;
}

static const char *check_ipc_state(const struct thread *t)
{
	bool queued = !list_empty(&t->snd.link), waits = !list_empty(&t->ipc.wait_link);
	bool worked = !list_empty(&t->ipc.work_link);

	switch (t->ipc.state) {
	case IPC_IDLE:
	case IPC_STUCK:
		CHECK(!queued && !waits && !worked && !timer_armed(&t->ipc.timer));
		CHECK(!t->ipc.answer);
		break;
	case IPC_SENDING:
	case IPC_SEMAPHORE:
		CHECK(queued && !waits && !worked);
		break;
	case IPC_SENT:
		CHECK(!queued && worked);
		break;
	case IPC_RECEIVING:
		CHECK(!queued && !worked);
		CHECK(waits == (t->ipc.from && t->ipc.from != &t->snd));
		break;
	}
	return NULL;
}

static const char *check_thread(const struct thread *t)
{
	bool runnable = t->on_cpu && t->alive && t->task && !t->obj.dead &&
			t->ipc.state == IPC_IDLE;

	CHECK(runnable == !list_empty(&t->ready));
	CHECK(!t->busy);
	CHECK(!t->ipc.implicit_reply.caller ||
	      t->ipc.implicit_reply.caller->ipc.answer == &t->ipc.implicit_reply);
	CHECK(!t->ipc.answer || t->ipc.answer->caller == t);
	CHECK(!t->task || t->obj.dead ||
	      (void *)t->utcb == task_ku_ptr(t->task, t->utcb_addr, sizeof(*t->utcb)));
	CHECK(!t->task || !t->task->obj.dead);
	CHECK(!t->obj.dead || t->ipc.state == IPC_IDLE);
	list_for_each(it, &t->ipc.senders) {
		const struct sender *s = list_entry(it, struct sender, link);

		CHECK(s->is_irq || !t->obj.dead);
		CHECK(s->is_irq || list_entry(s, struct thread, snd)->ipc.state == IPC_SENDING);
	}
	list_for_each(it, &t->snd.waiters) {
		const struct thread *w = list_entry(it, struct thread, ipc.wait_link);

		CHECK(!t->obj.dead);
		CHECK(w->ipc.from == &t->snd);
	}
	return check_ipc_state(t);
}

static const char *check_gate(const struct gate *g)
{
	CHECK(!g->thread || list_empty(&g->senders));
	CHECK(!g->obj.dead || (!g->thread && list_empty(&g->senders)));
	return NULL;
}

static const char *check_irq(const struct irq *i)
{
	CHECK(!i->queued || i->thread);
	CHECK(i->queued || list_empty(&i->snd.link));
	CHECK(!i->base.pin || i->base.pin->irq == &i->base);
	return NULL;
}

static const char *check_kind(struct kobj *o, unsigned long *filled, unsigned long *mappings)
{
	const char *why = NULL;

	switch (o->ops->type) {
	case KOBJ_TASK:
		why = check_table(task_of(o), filled);
		return why ? why : check_space(task_of(o), mappings);
	case KOBJ_THREAD:
		return check_thread(thread_of(o));
	case KOBJ_GATE:
		return check_gate(gate_of(o));
	case KOBJ_IRQ:
		return check_irq(irq_of(o));
	default:
		return NULL;
	}
}

const char *check_core(void)
{
	unsigned long listed = 0, filled = 0, mappings = 0;
	unsigned count = 0;

	list_for_each(it, &kobj_all) {
		struct kobj *o = list_entry(it, struct kobj, all_link);
		const char *why = check_caps(o, &listed);

		if (!why)
			why = check_kind(o, &filled, &mappings);
		if (why)
			return why;
		count++;
	}
	CHECK(count == kobj_count());
	CHECK(listed == filled);
	CHECK(mappings == space_mapping_count());
	return NULL;
}
