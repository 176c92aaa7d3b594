// SPDX-License-Identifier: MIT
/* Monitor: threads. */
#include "../core/arch.h"
#include "../core/irq.h"
#include "../core/sched.h"
#include "../core/task.h"
#include "../core/thread.h"
#include "command.h"

static const char *state(const struct thread *t)
{
	static const char *const blocked[] = {
		[IPC_SENDING] = "sending",     [IPC_SENT] = "sent",   [IPC_RECEIVING] = "receiving",
		[IPC_SEMAPHORE] = "semaphore", [IPC_STUCK] = "stuck",
	};

	if (!t->task || !t->alive)
		return "new";
	if (t->ipc.state != IPC_IDLE)
		return blocked[t->ipc.state];
	return sched_is_running(t) ? "running" : "ready";
}

/* Of a closed receive: the one thread or IRQ that can end it. */
static json_t *waits_for(const struct thread *t)
{
	struct sender *s = t->ipc.from;

	if (t->ipc.state != IPC_RECEIVING)
		return json_null();
	if (!s)
		return json_string("any");
	if (s->is_irq)
		return json_sprintf("irq %llu", (unsigned long long)irq_of_sender(s)->base.obj.id);
	return json_sprintf("thread %llu",
			    (unsigned long long)list_entry(s, struct thread, snd)->obj.id);
}

static json_t *describe(const struct thread *t)
{
	static const char *const kind[] = { "syscall", "page fault", "exception" };
	json_t *j = command_entry("thread", &t->obj);
	const struct task *in = t->task ? thread_where(t) : NULL;

	json_object_set_new(j, "task", json_integer(t->task ? (json_int_t)t->task->obj.id : 0));
	json_object_set_new(j, "executes", json_integer(in ? (json_int_t)in->obj.id : 0));
	json_object_set_new(j, "state", json_string(state(t)));
	json_object_set_new(j, "doing", json_string(kind[t->ipc.kind]));
	json_object_set_new(j, "waits_for", waits_for(t));
	json_object_set_new(j, "prio", json_integer(t->prio));
	json_object_set_new(j, "cpu_us", json_integer((json_int_t)sched_time(t, arch_now())));
	json_object_set_new(j, "ip", command_hex(t->regs.ip));
	json_object_set_new(j, "sp", command_hex(t->regs.sp));
	return j;
}

json_t *command_threads(const json_t *args, struct command_error *err)
{
	struct kobj *task = NULL;
	json_t *list;

	if (json_object_get(args, "task")) {
		task = command_object(args, "task", KOBJ_TASK, err);
		if (!task)
			return NULL;
	}
	list = json_array();
	list_for_each(it, &kobj_all) {
		struct kobj *o = list_entry(it, struct kobj, all_link);

		if (o->ops->type == KOBJ_THREAD && !o->dead &&
		    (!task || (thread_of(o)->task && &thread_of(o)->task->obj == task)))
			json_array_append_new(list, describe(thread_of(o)));
	}
	return json_pack("{s:o}", "threads", list);
}
