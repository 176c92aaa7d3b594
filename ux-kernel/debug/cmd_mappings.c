// SPDX-License-Identifier: MIT
/* Monitor: mappings. Neighbours that look the same are shown as one range. */
#include "../core/task.h"
#include "../engine/tlb.h"
#include "command.h"

#include <l4/abi/msg.h>

#define LIMIT_DEFAULT 1000U
#define LIMIT_MAX 10000U
#define STEPS_MAX 200000U /* mappings looked at in one request */

struct range {
	uint64_t va, size, pa;
	unsigned rights, flags;
};

static json_t *describe(const struct range *r)
{
	return json_pack("{s:o, s:o, s:o, s:s, s:s}", "address", command_hex(r->va), "size",
			 command_hex(r->size), "frame",
			 command_hex(r->pa & ~(TLB_KU_FRAME | FRAME_DEVICE)), "memory",
			 r->flags & MAPPING_KU  ? "kernel-user"
			 : r->pa & FRAME_DEVICE ? "device"
						: "ram",
			 "rights",
			 (const char *[]){ "---", "--x", "-w-", "-wx", "r--", "r-x", "rw-",
					   "rwx" }[(r->rights & L4_FPAGE_R ? 4 : 0) |
						   (r->rights & L4_FPAGE_W ? 2 : 0) |
						   (r->rights & L4_FPAGE_X ? 1 : 0)]);
}

static bool continues(const struct range *r, const struct mapping *m)
{
	return r->size && m->va == r->va + r->size && m->pa == r->pa + r->size &&
	       m->rights == r->rights && (m->flags & MAPPING_KU) == r->flags;
}

json_t *command_mappings(const json_t *args, struct command_error *err)
{
	struct kobj *o = command_object(args, "task", KOBJ_TASK, err);
	uint64_t at, limit, steps = 0;
	struct range r = { 0 };
	const struct mapping *m;
	json_t *list, *j;

	if (!o || !command_number(args, "from", 0, &at, err) ||
	    !command_number(args, "limit", LIMIT_DEFAULT, &limit, err))
		return NULL;
	if (!limit || limit > LIMIT_MAX)
		return command_fail(err, "bad-argument", "limit: from 1 to %u", LIMIT_MAX);
	list = json_array();
	while ((m = space_next(&task_of(o)->space, at, USER_END)) && ++steps < STEPS_MAX) {
		at = m->va + order_size(m->order);
		if (continues(&r, m)) {
			r.size += order_size(m->order);
			continue;
		}
		if (r.size)
			json_array_append_new(list, describe(&r));
		r = (struct range){ m->va, order_size(m->order), m->pa, m->rights,
				    m->flags & MAPPING_KU };
		if (json_array_size(list) == limit)
			break;
	}
	if (r.size && json_array_size(list) < limit)
		json_array_append_new(list, describe(&r));
	j = json_pack("{s:o}", "mappings", list);
	if (m) /* there is more: where to go on */
		json_object_set_new(j, "next", command_hex(m->va));
	return j;
}
