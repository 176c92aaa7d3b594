// SPDX-License-Identifier: MIT
/* Monitor: capabilities. */
#include "../core/gate.h"
#include "../core/task.h"
#include "../core/thread.h"
#include "command.h"

/* The server right means something at gates alone. */
static json_t *rights(const struct cap *c)
{
	unsigned r = c->rights;

	if (c->obj->ops->type != KOBJ_GATE)
		r &= ~CAP_SERVER;
	return json_sprintf("r%s%s%s%s%s", r & CAP_W ? "w" : "", r & CAP_S ? "s" : "",
			    r & CAP_D ? "d" : "", r & CAP_SERVER ? ",server" : "",
			    r & CAP_WEAK ? ",weak" : "");
}

static json_t *describe(uint64_t index, const struct cap *c)
{
	json_t *j = command_entry("object", c->obj);

	json_object_set_new(j, "slot", command_hex(index << L4_CAP_SHIFT));
	json_object_set_new(j, "type", json_string(c->obj->ops->name));
	json_object_set_new(j, "rights", rights(c));
	if (c->obj->ops->type == KOBJ_GATE && gate_of(c->obj)->thread) {
		json_object_set_new(j, "thread",
				    json_integer((json_int_t)gate_of(c->obj)->thread->obj.id));
		json_object_set_new(j, "label", command_hex(gate_of(c->obj)->label));
	}
	return j;
}

json_t *command_capabilities(const json_t *args, struct command_error *err)
{
	struct kobj *o = command_object(args, "task", KOBJ_TASK, err);
	json_t *list;

	if (!o)
		return NULL;
	list = json_array();
	for (uint64_t i = 0; i < L4_CAP_INDICES / CAP_LEAF; i++) {
		const struct cap *leaf = task_of(o)->caps.leaf[i];

		for (unsigned k = 0; leaf && k < CAP_LEAF; k++)
			if (leaf[k].obj)
				json_array_append_new(list, describe(i * CAP_LEAF + k, &leaf[k]));
	}
	return json_pack("{s:o}", "capabilities", list);
}
