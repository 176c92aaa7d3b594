// SPDX-License-Identifier: MIT
/* Monitor: tasks. */
#include "../core/task.h"
#include "../core/thread.h"
#include "command.h"

/* Threads of its own, and vCPUs of others that have entered it last. */
static void count_threads(const struct task *t, json_int_t *own, json_int_t *visitors)
{
	*own = *visitors = 0;
	list_for_each(it, &kobj_all) {
		struct kobj *o = list_entry(it, struct kobj, all_link);

		if (o->ops->type != KOBJ_THREAD || o->dead)
			continue;
		*own += thread_of(o)->task == t;
		*visitors += thread_of(o)->vcpu.user_task == t;
	}
}

json_t *command_tasks(const json_t *args, struct command_error *err)
{
	json_t *list = json_array();

	(void)args;
	(void)err;
	list_for_each(it, &kobj_all) {
		struct kobj *o = list_entry(it, struct kobj, all_link);
		json_int_t own, visitors;
		json_t *j;

		if (o->ops->type != KOBJ_TASK || o->dead)
			continue;
		count_threads(task_of(o), &own, &visitors);
		j = command_entry("task", o);
		json_object_set_new(j, "threads", json_integer(own));
		json_object_set_new(j, "vcpus", json_integer(visitors));
		json_object_set_new(j, "kernel_bytes",
				    json_integer((json_int_t)task_cost(task_of(o))));
		json_array_append_new(list, j);
	}
	return json_pack("{s:o}", "tasks", list);
}
