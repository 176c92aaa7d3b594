// SPDX-License-Identifier: GPL-2.0-only
/*
 * Is there memory for a guess? A page that nobody has asked for yet must not make Linux reclaim
 * others, slow down a group that is over its soft limit, or kill somebody for want of memory.
 */
#include <linux/kernel.h>
#include <linux/memcontrol.h>
#include <linux/mm.h>
#include <linux/swap.h>
#include <linux/vmstat.h>
#include "os_l4.h"

#define MARGIN L4_AROUND /* what is left for those who do ask */

static bool group_has(struct mem_cgroup *group)
{
	for (; group; group = parent_mem_cgroup(group)) {
		unsigned long limit = min(READ_ONCE(group->memory.max),
					  READ_ONCE(group->memory.high));

		if (page_counter_read(&group->memory) + MARGIN > limit)
			return false;
	}
	return true;
}

/* For one page more of mm. */
bool l4_spare_page(struct mm_struct *mm)
{
	struct mem_cgroup *group;
	bool spare;

	if (global_zone_page_state(NR_FREE_PAGES) < totalreserve_pages + MARGIN)
		return false;
	group = get_mem_cgroup_from_mm(mm);
	spare = group_has(group);
	mem_cgroup_put(group);
	return spare;
}
