// SPDX-License-Identifier: MIT
/* Monitor: irqs. */
#include "../core/irq.h"
#include "../core/thread.h"
#include "command.h"

static json_t *describe(const struct kobj *o)
{
	const struct irq_base *b = (const struct irq_base *)o;
	json_t *j = command_entry("irq", o);

	json_object_set_new(j, "type", json_string(o->ops->name));
	if (o->ops->type == KOBJ_IRQ) {
		const struct irq *i = (const struct irq *)o;

		json_object_set_new(j, "thread",
				    json_integer(i->thread ? (json_int_t)i->thread->obj.id : 0));
		json_object_set_new(j, "label", command_hex(i->snd.label));
		json_object_set_new(j, "queued", json_boolean(i->queued));
		json_object_set_new(j, "pending", json_boolean(i->pending));
	}
	json_object_set_new(j, "attached", json_boolean(b->pin));
	json_object_set_new(j, "masked", json_boolean(b->pin && b->pin->masked));
	json_object_set_new(j, "raised", json_boolean(b->pin && b->pin->raised));
	return j;
}

json_t *command_irqs(const json_t *args, struct command_error *err)
{
	json_t *list = json_array();

	(void)args;
	(void)err;
	list_for_each(it, &kobj_all) {
		const struct kobj *o = list_entry(it, struct kobj, all_link);

		if ((o->ops->type == KOBJ_IRQ || o->ops->type == KOBJ_SEMAPHORE) && !o->dead)
			json_array_append_new(list, describe(o));
	}
	return json_pack("{s:o}", "irqs", list);
}
