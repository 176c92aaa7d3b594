// SPDX-License-Identifier: MIT
/* Invariants of objects: capabilities and tables, references, pins. */
#include "check.h"

#include "factory.h"
#include "gate.h"
#include "irq.h"
#include "sched.h"
#include "task.h"
#include "thread.h"

/* A call that is being executed pins its thread and its task several times, and its object. */
#define PINS_OF_A_CALL 4U

static const char *check_caps(const struct kobj *o, struct check_sums *sums)
{
	uint64_t strong = 0;

	list_for_each(it, &o->caps) {
		const struct cap *c = list_entry(it, struct cap, link);

		CHECK(c->obj == o);
		CHECK(it->next->prev == it);
		strong += !(c->rights & CAP_WEAK);
		sums->caps_listed++;
	}
	CHECK((uint64_t)o->refs + (uint64_t)o->dropped == strong);
	CHECK(!o->dead || list_empty(&o->caps));
	CHECK(o->pins || !list_empty(&o->caps));
	return NULL;
}

static const char *check_table(const struct task *t, struct check_sums *sums)
{
	for (unsigned i = 0; i < L4_CAP_INDICES / CAP_LEAF; i++)
		for (unsigned k = 0; t->caps.leaf[i] && k < CAP_LEAF; k++) {
			const struct cap *c = &t->caps.leaf[i][k];

			if (!c->obj)
				continue;
			CHECK(!t->obj.dead);
			CHECK(!c->obj->dead);
			sums->caps_in_tables++;
		}
	return NULL;
}

static void count(struct kobj *o)
{
	if (o)
		o->counted++;
}

/* The pins that @o has set. */
static void count_pins(struct kobj *o)
{
	const struct thread *t;

	if (o->quota)
		count(&o->quota->obj);
	switch (o->ops->type) {
	case KOBJ_THREAD:
		t = thread_of(o);
		count(t->task ? &t->task->obj : NULL);
		count(t->vcpu.user_task ? &t->vcpu.user_task->obj : NULL);
		break;
	case KOBJ_GATE:
		count(gate_of(o)->thread ? &gate_of(o)->thread->obj : NULL);
		break;
	case KOBJ_IRQ:
		count(irq_of(o)->thread ? &irq_of(o)->thread->obj : NULL);
		break;
	default:
		break;
	}
}

static const char *check_pins(void)
{
	list_for_each(it, &kobj_all)
		list_entry(it, struct kobj, all_link)->counted = 0;
	list_for_each(it, &kobj_all)
		count_pins(list_entry(it, struct kobj, all_link));
	list_for_each(it, &kobj_all) {
		const struct kobj *o = list_entry(it, struct kobj, all_link);

		CHECK(o->pins >= o->counted);
		CHECK(o->pins <= o->counted + PINS_OF_A_CALL);
	}
	return NULL;
}

const char *check_core(void)
{
	struct check_sums s = { 0 };
	const char *why;

	list_for_each(it, &kobj_all) {
		struct kobj *o = list_entry(it, struct kobj, all_link);

		why = check_caps(o, &s);
		if (!why && o->ops->type == KOBJ_TASK)
			why = check_table(task_of(o), &s);
		if (!why)
			why = check_ipc(o, &s);
		if (!why)
			why = check_memory(o, &s);
		if (why)
			return why;
		s.objects++;
	}
	CHECK(s.objects == kobj_count());
	CHECK(s.caps_listed == s.caps_in_tables);
	CHECK(s.mappings == space_mapping_count());
	CHECK(s.children == s.mappings);
	CHECK(s.queued == s.in_queues);
	CHECK(s.answers == s.slots);
	CHECK(s.ready == sched_count());
	return check_pins();
}
