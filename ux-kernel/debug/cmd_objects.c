// SPDX-License-Identifier: MIT
/* Monitor: objects. */
#include "command.h"

#define TYPES (KOBJ_IOMMU + 1)

json_t *command_objects(const json_t *args, struct command_error *err)
{
	struct {
		const char *name;
		unsigned count;
	} type[TYPES] = { { 0 } };
	json_t *list = json_array();

	(void)args;
	(void)err;
	list_for_each(it, &kobj_all) {
		const struct kobj_ops *ops = list_entry(it, struct kobj, all_link)->ops;

		type[ops->type].name = ops->name;
		type[ops->type].count++;
	}
	for (unsigned i = 0; i < TYPES; i++)
		if (type[i].count)
			json_array_append_new(list, json_pack("{s:s, s:i}", "type", type[i].name,
							      "count", type[i].count));
	return json_pack("{s:o}", "objects", list);
}
