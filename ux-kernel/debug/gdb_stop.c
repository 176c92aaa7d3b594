// SPDX-License-Identifier: MIT
/* When guest code stops for the debugger: breakpoints, steps, watched addresses. */
#include "gdb.h"
#include "gdb_hooks.h"

#include "../core/sched.h"
#include "../engine/debugreg.h"
#include "breakpoint.h"
#include "debug.h"
#include "hold.h"

#include <stdio.h>

#define TRAP_ENGINE 6   /* si_code TRAP_PERF: engine/selread.h */
#define TRAP_HARDWARE 4 /* si_code TRAP_HWBKPT */

bool gdb_active;

/*
 * One instruction of a thread where it executes now. `taken`: it has been started; it has ended
 * when the thread is about to run there with another ip.
 */
static struct {
	uint64_t thread, task, ip;
	bool due, taken, alone;
} step;

/* A thread that gets over the breakpoint of another task in a frame both see. */
static struct {
	uint64_t thread, frame;
	bool taken;
} over;

void gdb_step(const struct gdb_thread *t, bool alone)
{
	struct thread *live = gdb_thread_live(t);

	step.due = live;
	step.taken = false;
	step.alone = alone;
	if (!live)
		return;
	step.thread = live->obj.id;
	step.task = thread_where(live)->obj.id;
}

void gdb_step_forget(void)
{
	step.due = false;
	over.thread = 0;
}

void gdb_stop(struct gdb_thread t, int signal, const char *reason)
{
	char name[40] = "";

	if (t.inf)
		gdb_thread_name(&t, name, sizeof(name));
	snprintf(gdb.stop, sizeof(gdb.stop), "T%02x%sthread:%s;", signal, reason, name);
	breakpoint_lift();
	gdb_step_forget();
	hold_set(HOLD_GDB);
	gdb.general = gdb.stopped = t;
	if (gdb.running)
		gdb_reply(gdb.stop);
	gdb.running = false;
}

void gdb_stop_exit(uint64_t task, int status)
{
	snprintf(gdb.stop, sizeof(gdb.stop), "W%02x;process:%llx", (unsigned)status & 0xff,
		 (unsigned long long)task);
	breakpoint_lift();
	hold_set(HOLD_GDB);
	if (gdb.running)
		gdb_reply(gdb.stop);
	gdb.running = false;
}

/* A task gdb is attached to has gone. */
static bool tell_exits(void)
{
	for (struct inferior *i = inferior_first(); i; i = inferior_next(i))
		if (i->task->obj.dead && i->resumed) {
			uint64_t id = i->task->obj.id;

			inferior_detach(i);
			gdb_stop_exit(id, 0);
			return true;
		}
	return false;
}

/* The first program is about to execute its first instruction. */
static bool is_beginning(const struct thread *t)
{
	return t->task->obj.id == inferior_program() && !t->vcpu.in_user;
}

/* Somebody else is on his way over an instruction alone: he first, if he can run. */
static bool gives_way(const struct thread *t)
{
	if (!step.due || !step.alone || t->obj.id == step.thread)
		return false;
	list_for_each(it, &kobj_all) {
		struct kobj *o = list_entry(it, struct kobj, all_link);

		if (o->ops->type == KOBJ_THREAD && o->id == step.thread && !o->dead &&
		    !list_empty(&thread_of(o)->ready)) {
			sched_switch_to(thread_of(o));
			return true;
		}
	}
	step.alone = false; /* it waits for the others */
	return false;
}

static bool steps_here(const struct thread *t)
{
	return step.due && step.thread == t->obj.id && step.task == thread_where(t)->obj.id;
}

bool gdb_may_run(struct thread *t)
{
	bool stepping = steps_here(t);

	if (gdb.waiting && is_beginning(t)) {
		gdb.waiting = false;
		hold_set(HOLD_GDB);
		debug_requested = 1; /* what gdb has said so far has not been answered */
		return false;
	}
	if (!gdb.connected)
		return true;
	if (tell_exits() || gives_way(t))
		return false;
	if (stepping && step.taken && t->regs.ip != step.ip) {
		gdb_stop(gdb_thread_of(t), GDB_TRAP, "");
		return false;
	}
	if (stepping) {
		step.taken = true;
		step.ip = t->regs.ip;
	}
	over.taken = over.thread == t->obj.id;
	breakpoint_sync(over.taken ? over.frame : 0);
	engine_single_step = stepping || over.taken;
	return true;
}

void gdb_ran(struct thread *t, struct task *where)
{
	struct inferior *i;

	engine_single_step = false;
	if (over.taken)
		over.thread = 0; /* one instruction, or a trap: it meets the breakpoint again */
	if (t->vcpu.in_user || !t->vcpu.state || where == t->task)
		return;
	for (i = inferior_first(); i; i = inferior_next(i))
		if (i->task == where)
			i->last = t->vcpu.state->r;
}

static bool software(struct thread *t)
{
	struct gdb_thread g = gdb_thread_of(t);
	struct task *where = thread_where(t);
	uint64_t frame = breakpoint_frame(where, t->regs.ip - 1);

	if (!frame)
		return false;
	t->regs.ip--;
	if (g.inf && g.inf->resumed && breakpoint_is(where, t->regs.ip)) {
		gdb_stop(g, GDB_TRAP, "swbreak:;");
	} else {
		over.thread = t->obj.id;
		over.frame = frame;
		over.taken = false;
	}
	return true;
}

static bool hardware(struct thread *t, struct hthread *h)
{
	struct gdb_thread g = gdb_thread_of(t);
	enum debugreg_kind kind;
	char reason[40];
	uint64_t addr;

	if (!debugreg_hit(h, &addr, &kind))
		return false;
	if (!g.inf || !g.inf->resumed)
		return true;
	if (kind == DEBUGREG_EXEC)
		snprintf(reason, sizeof(reason), "hwbreak:;");
	else
		snprintf(reason, sizeof(reason), "%s:%llx;",
			 kind == DEBUGREG_WRITE ? "watch" : "awatch", (unsigned long long)addr);
	gdb_stop(g, GDB_TRAP, reason);
	return true;
}

bool gdb_trap(struct thread *t, struct hthread *h, const siginfo_t *si)
{
	if (si->si_code == TRAP_ENGINE)
		return false;
	if (si->si_code == SI_KERNEL)
		return software(t);
	if (debugreg_generation && hardware(t, h))
		return true;
	if (si->si_code == TRAP_HARDWARE || !engine_single_step)
		return false;
	if (steps_here(t))
		gdb_stop(gdb_thread_of(t), GDB_TRAP, "");
	return true;
}
