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

/* A set of CPUs as messages have it: granularity << 24 | offset, and a bitmap. Its first CPU. */
static unsigned first_cpu(uint64_t where)
{
	unsigned granularity = where >> 24 & 0xff;

	if (granularity > 24)
		granularity = 24;
	return (where & 0xffffff) >> granularity << granularity;
}

static bool has_cpu(uint64_t where, uint64_t map)
{
	return !first_cpu(where) && (map & 1);
}

static uint64_t scheduler_info(struct call *c)
{
	if (c->words < 2)
		return call_result(-L4_EMSGTOOSHORT);
	if (first_cpu(c->mr[1]) >= MAX_CPUS)
		return call_result(-L4_ERANGE);
	c->mr[0] = has_cpu(c->mr[1], 1);
	c->mr[1] = MAX_CPUS;
	c->mr[2] = CLASS_FIXED_PRIO;
	return call_tag(0, 3, 0);
}

/*
 * Priority and time slice: MR3 and MR4, or in the general form MR3 = class, MR4 = length in bytes
 * and then the class' own words, for fixed priorities the slice and the priority. 0 or error.
 */
static int read_param(const struct call *c, uint64_t *prio, uint64_t *quantum)
{
	uint64_t length = c->mr[4];

	if ((long)c->mr[3] >= 0) {
		*prio = c->mr[3];
		*quantum = c->mr[4];
		return *prio ? 0 : -L4_EINVAL;
	}
	if (length > (c->words - 1) * sizeof(uint64_t))
		return -L4_EINVAL;
	if ((long)c->mr[3] != L4_SCHED_CLASS_FIXED)
		return -L4_ERANGE;
	*quantum = c->mr[5];
	*prio = c->mr[6] & 0xffff;
	return length >= L4_SCHED_FIXED_SIZE && *prio ? 0 : -L4_EINVAL;
}

/* Without a CPU of ours in the set the thread stops running. */
static uint64_t scheduler_run(struct call *c)
{
	uint64_t prio, quantum;
	struct thread *t;
	struct cap *cap;
	int e;

	if (c->words < 5)
		return call_result(-L4_EINVAL);
	e = call_object(c, 0, KOBJ_THREAD, &cap);
	if (e)
		return call_object_error(c, e);
	e = read_param(c, &prio, &quantum);
	if (e)
		return call_result(e);
	t = thread_of(cap->obj);
	t->on_cpu = has_cpu(c->mr[1], c->mr[2]);
	sched_set_prio(t, prio > 255 ? 255 : prio, quantum ? quantum : SCHED_DEFAULT_QUANTUM);
	return call_result(0);
}

static uint64_t scheduler_idle_time(struct call *c)
{
	if (c->words < 3)
		return call_result(-L4_EMSGTOOSHORT);
	if (!has_cpu(c->mr[1], c->mr[2]))
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
