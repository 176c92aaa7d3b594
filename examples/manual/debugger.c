/* SPDX-License-Identifier: MIT */
/* docs/interface/debugger.md: names for objects, for those who look at them from outside. */
#include "manual.h"

#include <l4/sys/debugger.h>

int example_debugger(void)
{
	unsigned long id = l4_debugger_global_id(L4_BASE_THREAD_CAP);

	if (l4_error(l4_debugger_set_object_name(L4_BASE_THREAD_CAP, "manual")))
		return 1;
	/* Two capabilities have the same number exactly when they name the same object. */
	if (id == ~0UL || id == l4_debugger_global_id(L4_BASE_TASK_CAP))
		return 2;
	return l4_debugger_global_id(cap_alloc()) == ~0UL ? 0 : 3;
}
