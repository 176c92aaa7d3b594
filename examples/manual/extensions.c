/* SPDX-License-Identifier: MIT */
/* docs/interface/extensions.md: ask before use. */
#include "manual.h"

#include <l4/sys/kip.h>
#include <l4/ux/check.h>

int example_extensions(void)
{
	if (!l4_kip_kernel_has_feature(l4_kip(), L4_UX_FEATURE_CHECK))
		return 0; /* another kernel: nothing to ask */
	if (l4_ux_kmem_used() <= 0)
		return 1;
	return l4_ux_check() == 0 ? 0 : 2;
}
