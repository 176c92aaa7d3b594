// SPDX-License-Identifier: MIT
/* The scheduler object (L4Re manual, group "Scheduler"): one CPU of up to 16, fixed priorities. */
#include "call.h"
#include "irq_pin.h"
#include "platform.h"
#include "sched.h"
#include "thread.h"

#include <l4/abi/ops.h>

#define MAX_CPUS 16U        /* of the interface; there is one */
#define CLASS_FIXED_PRIO 2U /* bit of the class bitmap */

struct scheduler {
	struct kobj obj;
	struct irq_pin hotplug;
};

static uint64_t scheduler_info(struct call *c)
{
	unsigned first;

	if (c->words < 2)
		return call_result(-L4_EMSGTOOSHORT);
	first = c->mr[1] & 0xffffff;
	if (first >= MAX_CPUS)
		return call_result(-L4_ERANGE);
	c->mr[0] = !first;
	c->mr[1] = MAX_CPUS;
	c->mr[2] = CLASS_FIXED_PRIO;
	return call_tag(0, 3, 0);
}

/* Priority and quantum in one of the two forms: L4_SCHED_CLASS_FIXED or priority alone. */
static int sched_param(const struct call *c, long *prio, uint64_t *quantum)
{
	*prio = (long)c->mr[3];
	*quantum = c->mr[4];
	if (*prio < 0) {
		if (c->mr[4] > (c->words - 1) * sizeof(uint64_t))
			return -L4_EINVAL;
		if (*prio != L4_SCHED_CLASS_FIXED)
			return -L4_ERANGE;
		if (c->mr[4] < L4_SCHED_FIXED_SIZE)
			return -L4_EINVAL;
		*quantum = c->mr[5];
		*prio = c->mr[6] & 0xffff;
	}
	if (!*prio)
		return -L4_EINVAL;
	if (*prio > 255)
		*prio = 255;
	if (!*quantum || *quantum > UINT32_MAX)
		*quantum = SCHED_DEFAULT_QUANTUM;
	return 0;
}

static uint64_t scheduler_run(struct call *c)
{
	uint64_t quantum;
	struct cap *cap;
	struct thread *t;
	long prio;
	int e;

	if (c->words < 5)
		return call_result(-L4_EINVAL);
	e = call_object(c, 0, KOBJ_THREAD, &cap);
	if (e)
		return call_object_error(c, e);
	e = sched_param(c, &prio, &quantum);
	if (e)
		return call_result(e);
	t = thread_of(cap->obj);
	t->on_cpu = true;
	sched_set_prio(t, prio, quantum);
	return call_result(0);
}

static uint64_t scheduler_idle_time(struct call *c)
{
	if (c->words < 3)
		return call_result(-L4_EMSGTOOSHORT);
	if ((c->mr[1] & 0xffffff) || !(c->mr[2] & 1))
		return call_result(-L4_EINVAL);
	c->mr[0] = sched_idle_time();
	return call_tag(0, 1, 0);
}

static uint64_t scheduler_protocol(struct call *c)
{
	if (c->words < 1)
		return call_result(-L4_EMSGTOOSHORT);
	switch (c->mr[0]) {
	case L4_SCHEDULER_INFO_OP:
		return scheduler_info(c);
	case L4_SCHEDULER_RUN_THREAD_OP:
		return scheduler_run(c);
	case L4_SCHEDULER_IDLE_TIME_OP:
		return scheduler_idle_time(c);
	default:
		return call_result(-L4_ENOSYS);
	}
}

static uint64_t scheduler_invoke(struct kobj *o, struct call *c)
{
	switch (c->label) {
	case L4_PROTO_SCHEDULER:
		return scheduler_protocol(c);
	case L4_PROTO_IRQ:
		return irq_chip_protocol(
			&(struct irq_chip){ &((struct scheduler *)o)->hotplug, 1, 0, 0 }, c);
	default:
		return call_result(-L4_EBADPROTO);
	}
}

static void scheduler_kill(struct kobj *o)
{
	irq_pin_detach(&((struct scheduler *)o)->hotplug);
}

static const struct kobj_ops scheduler_ops = {
	.type = KOBJ_SCHEDULER,
	.name = "scheduler",
	.size = sizeof(struct scheduler),
	.invoke = scheduler_invoke,
	.kill = scheduler_kill,
};

struct kobj *scheduler_create(void)
{
	return kobj_create(&scheduler_ops, NULL);
}
