// SPDX-License-Identifier: GPL-2.0-only
/*
 * Is there memory for a guess? A page that nobody has asked for yet must not make Linux reclaim
 * others, slow down a group that is over its soft limit, or kill somebody for want of memory.
 */
#include <linux/kernel.h>
#include <linux/memcontrol.h>
#include <linux/mm.h>
#include <linux/mmzone.h>
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

/* Below that Linux reclaims. While files fill the memory, what is free is little more. */
static unsigned long reclaim_mark(void)
{
	unsigned long pages = 0;
	struct zone *zone;

	for_each_populated_zone(zone) pages += low_wmark_pages(zone);
	return pages;
}

/* For one page more of mm. */
bool l4_spare_page(struct mm_struct *mm)
{
	struct mem_cgroup *group;
	bool spare;

	if (global_zone_page_state(NR_FREE_PAGES) < reclaim_mark() + MARGIN)
		return false;
	group = get_mem_cgroup_from_mm(mm);
	spare = group_has(group);
	mem_cgroup_put(group);
	return spare;
}
