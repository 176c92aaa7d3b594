// SPDX-License-Identifier: MIT
/* Armed faults, and when they strike. */
#include "plan.h"

#include "../core/arch.h"
#include "../core/task.h"
#include "../core/thread.h"

#include <string.h>

bool fault_active;

static struct fault_plan *armed[FAULT_PLANS_MAX];
static unsigned count;
static uint64_t entries, entry_limit, begin;
static int limit_status;

bool fault_arm(struct fault_plan *plan)
{
	if (count == FAULT_PLANS_MAX)
		return false;
	plan->seen = plan->fired = 0;
	armed[count++] = plan;
	fault_active = true;
	return true;
}

void fault_go_on(uint64_t done, uint64_t limit, int status)
{
	entries = done;
	entry_limit = limit ? limit : UINT64_MAX;
	limit_status = status;
}

void fault_start(uint64_t limit, int status)
{
	fault_go_on(0, limit, status);
	begin = arch_now();
	fault_active = count || limit;
}

uint64_t fault_entries(void)
{
	return entries;
}

uint64_t fault_time(void)
{
	return arch_now() - begin;
}

const struct fault_plan *fault_armed(unsigned i)
{
	return i < count ? armed[i] : NULL;
}

void fault_stop(void)
{
	fault_forget_deferred();
	fault_forget_input();
	count = 0;
	fault_active = false;
}

static bool is_named(const struct fault_target *w, const struct kobj *o)
{
	size_t len = strlen(w->name);

	if (w->id)
		return o->id == w->id;
	return w->prefix ? !strncmp(o->name, w->name, len) : !strcmp(o->name, w->name);
}

static bool concerns(const struct fault_target *w, const struct thread *t, const struct kobj *o)
{
	if (!w->id && !w->name[0] && !w->prefix)
		return true;
	if (o && is_named(w, o))
		return true;
	return t && (is_named(w, &t->obj) || (t->task && is_named(w, &t->task->obj)));
}

struct fault_plan *fault_next(unsigned *i, enum fault_event event, const struct thread *t,
			      const struct kobj *o)
{
	while (*i < count) {
		struct fault_plan *p = armed[(*i)++];

		if (p->point->event != event || !concerns(&p->target, t, o))
			continue;
		if (p->not_before && arch_now() - begin < p->not_before)
			continue;
		if (!p->seen++)
			p->begun = entries;
		if (p->seen <= p->log_size)
			p->log[p->seen - 1] = (uint32_t)entries;
		if (!p->dry && p->seen >= p->first && p->seen <= p->last)
			return p;
	}
	return NULL;
}

void fault_fired(struct fault_plan *p, const struct kobj *victim, uint64_t detail)
{
	p->fired++;
	arch_fault_report(p, victim, detail);
}

void fault_count_entry(void)
{
	if (++entries >= entry_limit)
		arch_shutdown(limit_status);
}
