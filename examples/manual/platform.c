/* SPDX-License-Identifier: MIT */
/* docs/interface/platform.md: the end of the machine. */
#include "manual.h"

#include <l4/sys/platform_control.h>

int example_platform(void)
{
	l4_platform_ctl_system_shutdown(L4_BASE_ICU_CAP, 0);
	return 1; /* not reached */
}
