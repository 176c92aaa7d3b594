// SPDX-License-Identifier: MIT
/* Invariants of communication: what a thread does, the queues it is in, who answers whom. */
#include "check.h"

#include "gate.h"
#include "irq.h"
#include "semaphore.h"
#include "task.h"
#include "thread.h"

static const char *check_state(const struct thread *t)
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

/* A queue of threads that are in the state @state. */
static const char *check_queue(const struct list *queue, enum ipc_state state,
			       struct check_sums *sums)
{
	list_for_each(it, queue) {
		const struct sender *s = list_entry(it, struct sender, link);

		CHECK(it->next->prev == it && it->prev->next == it);
		CHECK(!s->is_irq);
		CHECK(list_entry(s, struct thread, snd)->ipc.state == state);
		sums->in_queues++;
	}
	return NULL;
}

static const char *check_senders(const struct thread *t, struct check_sums *sums)
{
	list_for_each(it, &t->ipc.senders) {
		const struct sender *s = list_entry(it, struct sender, link);

		CHECK(it->next->prev == it && it->prev->next == it);
		CHECK(!t->obj.dead);
		sums->in_queues++;
		if (s->is_irq)
			CHECK(list_entry(s, struct irq, snd)->thread == t);
		else
			CHECK(list_entry(s, struct thread, snd)->ipc.state == IPC_SENDING);
	}
	return NULL;
}

static const char *check_waiters(const struct sender *s, bool dead)
{
	list_for_each(it, &s->waiters) {
		const struct thread *w = list_entry(it, struct thread, ipc.wait_link);

		CHECK(!dead);
		CHECK(w->ipc.from == s);
		CHECK(w->ipc.state == IPC_RECEIVING || w->ipc.state == IPC_SENT);
	}
	return NULL;
}

static const char *check_reply(const struct reply_slot *s, struct check_sums *sums)
{
	if (!s->caller)
		return NULL;
	CHECK(s->caller->ipc.answer == s);
	CHECK(!s->caller->obj.dead);
	sums->slots++;
	return NULL;
}

static const char *check_reply_space(const struct task *t, struct check_sums *sums)
{
	const char *why = NULL;

	for (unsigned i = 0; i < REPLY_LEAVES; i++)
		for (unsigned k = 0; t->replies.leaf[i] && k < REPLY_LEAF && !why; k++)
			why = check_reply(&t->replies.leaf[i][k], sums);
	return why;
}

static const char *check_vcpu(const struct thread *t)
{
	const struct vcpu *v = &t->vcpu;

	CHECK(!v->in_user || v->user_task);
	CHECK(!v->state || t->task);
	CHECK(!v->state || t->obj.dead ||
	      (void *)v->state == task_ku_ptr(t->task, v->user_addr, sizeof(*v->state)));
	return NULL;
}

static const char *check_thread(const struct thread *t, struct check_sums *sums)
{
	bool runnable = t->on_cpu && t->alive && t->task && !t->obj.dead &&
			t->ipc.state == IPC_IDLE;
	const char *why;

	CHECK(runnable == !list_empty(&t->ready));
	CHECK(!t->busy);
	CHECK(!t->ipc.answer || t->ipc.answer->caller == t);
	CHECK(!t->task || t->obj.dead ||
	      (void *)t->utcb == task_ku_ptr(t->task, t->utcb_addr, sizeof(*t->utcb)));
	CHECK(!t->task || !t->task->obj.dead);
	CHECK(!t->obj.dead || t->ipc.state == IPC_IDLE);
	sums->ready += runnable;
	sums->queued += !list_empty(&t->snd.link);
	sums->answers += t->ipc.answer != NULL;
	why = check_reply(&t->ipc.implicit_reply, sums);
	if (!why)
		why = check_senders(t, sums);
	if (!why)
		why = check_waiters(&t->snd, t->obj.dead);
	if (!why)
		why = check_vcpu(t);
	return why ? why : check_state(t);
}

static const char *check_gate(const struct gate *g, struct check_sums *sums)
{
	CHECK(!g->thread || list_empty(&g->senders));
	CHECK(!g->obj.dead || (!g->thread && list_empty(&g->senders)));
	return check_queue(&g->senders, IPC_SENDING, sums);
}

static const char *check_irq(const struct irq *i, struct check_sums *sums)
{
	CHECK(!i->queued || i->thread);
	CHECK(i->queued || list_empty(&i->snd.link));
	CHECK(!i->base.pin || i->base.pin->irq == &i->base);
	sums->queued += !list_empty(&i->snd.link);
	return check_waiters(&i->snd, i->base.obj.dead);
}

const char *check_ipc(struct kobj *o, struct check_sums *sums)
{
	switch (o->ops->type) {
	case KOBJ_TASK:
		return check_reply_space(task_of(o), sums);
	case KOBJ_THREAD:
		return check_thread(thread_of(o), sums);
	case KOBJ_GATE:
		return check_gate(gate_of(o), sums);
	case KOBJ_IRQ:
		return check_irq(irq_of(o), sums);
	case KOBJ_SEMAPHORE:
		return check_queue(&((struct semaphore *)o)->waiters, IPC_SEMAPHORE, sums);
	default:
		return NULL;
	}
}
