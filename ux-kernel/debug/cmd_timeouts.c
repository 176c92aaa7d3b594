// SPDX-License-Identifier: MIT
/* Monitor: timeouts. */
#include "../core/arch.h"
#include "../core/thread.h"
#include "command.h"

/* Into the list, which is ordered by time. */
static void enter(json_t *list, const struct thread *t, uint64_t now)
{
	uint64_t at = t->ipc.timer.deadline;
	json_t *j = command_entry("thread", &t->obj);
	size_t pos = json_array_size(list);

	json_object_set_new(j, "doing",
			    json_string(t->ipc.state == IPC_SENDING ? "send" : "receive"));
	json_object_set_new(j, "at_us", json_integer((json_int_t)at));
	json_object_set_new(j, "in_us", json_integer((json_int_t)(at - now)));
	while (pos && json_integer_value(json_object_get(json_array_get(list, pos - 1), "at_us")) >
			      (json_int_t)at)
		pos--;
	json_array_insert_new(list, pos, j);
}

json_t *command_timeouts(const json_t *args, struct command_error *err)
{
	uint64_t now = arch_now();
	json_t *list = json_array();

	(void)args;
	(void)err;
	list_for_each(it, &kobj_all) {
		struct kobj *o = list_entry(it, struct kobj, all_link);

		if (o->ops->type == KOBJ_THREAD && timer_armed(&thread_of(o)->ipc.timer))
			enter(list, thread_of(o), now);
	}
	return json_pack("{s:I, s:o}", "now_us", (json_int_t)now, "timeouts", list);
}
