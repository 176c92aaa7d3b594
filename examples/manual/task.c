/* SPDX-License-Identifier: MIT */
/* docs/interface/task.md: a new task, and what it holds. */
#include "manual.h"

#include <l4/sys/task.h>

int example_task(void)
{
	l4_cap_idx_t task = cap_alloc(), copy = cap_alloc();
	l4_fpage_t utcbs = l4_fpage(0x70000000, L4_PAGESHIFT, 0);
	l4_fpage_t log = l4_obj_fpage(L4_BASE_LOG_CAP, 0, L4_CAP_FPAGE_RWS);

	/* Empty but for one page of UTCBs. */
	if (l4_error(l4_factory_create_task(L4_BASE_FACTORY_CAP, task, &utcbs)))
		return 1;
	/* It gets our log, in slot 5 as everybody has it. */
	if (l4_error(l4_task_map(task, L4_BASE_TASK_CAP, log,
				 l4_map_obj_control(L4_BASE_LOG_CAP, L4_MAP_ITEM_MAP))))
		return 2;
	if (l4_error(l4_task_cap_valid(task, L4_BASE_LOG_CAP)) != 1 ||
	    l4_error(l4_task_cap_valid(task, L4_BASE_FACTORY_CAP)) != 0)
		return 3;
	/* A second capability for the task, with D, is as good as the first. */
	if (l4_error(l4_task_map(L4_BASE_TASK_CAP, L4_BASE_TASK_CAP,
				 l4_obj_fpage(task, 0, L4_CAP_FPAGE_RWSD),
				 l4_map_obj_control(copy, L4_MAP_ITEM_MAP))) ||
	    l4_error(l4_task_delete_obj(L4_BASE_TASK_CAP, copy)))
		return 4;
	return l4_error(l4_task_cap_valid(L4_BASE_TASK_CAP, task)) == 0 ? 0 : 5;
}
