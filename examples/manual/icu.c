/* SPDX-License-Identifier: MIT */
/* docs/interface/icu.md: an IRQ object for a pin; here that of the log, which is input. */
#include "manual.h"

#include <l4/sys/icu.h>

int example_icu(void)
{
	l4_cap_idx_t irq = cap_alloc(), other = cap_alloc();
	l4_icu_info_t info;

	if (l4_error(l4_icu_info(L4_BASE_LOG_CAP, &info)) || info.nr_irqs != 1)
		return 1;
	if (l4_error(l4_factory_create_irq(L4_BASE_FACTORY_CAP, irq)) ||
	    l4_error(l4_factory_create_irq(L4_BASE_FACTORY_CAP, other)) ||
	    l4_error(l4_icu_bind(L4_BASE_LOG_CAP, 0, irq)))
		return 2;
	/* The pin is taken now, and there is no second one. */
	if (l4_error(l4_icu_bind(L4_BASE_LOG_CAP, 0, other)) != -L4_EINVAL ||
	    l4_error(l4_icu_bind(L4_BASE_LOG_CAP, 1, other)) != -L4_EINVAL)
		return 3;
	return l4_error(l4_icu_unbind(L4_BASE_LOG_CAP, 0, irq)) ? 4 : 0;
}
