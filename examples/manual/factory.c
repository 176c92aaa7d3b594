/* SPDX-License-Identifier: MIT */
/* docs/interface/factory.md: a share of our kernel memory, and its end. */
#include "manual.h"

#include <l4/sys/task.h>

int example_factory(void)
{
	l4_cap_idx_t small = cap_alloc(), object = cap_alloc();
	long err = 0;
	unsigned made;

	if (l4_error(l4_factory_create_factory(L4_BASE_FACTORY_CAP, small, 16384)))
		return 1;
	if (l4_error(l4_factory_create(small, L4_PROTO_LOG, object)) != -L4_ENODEV)
		return 2;
	/* Each new object takes the slot, and so the last capability, of the one before. */
	for (made = 0; made < 1000 && !err; made++)
		err = l4_error(l4_factory_create_irq(small, object));
	if (err)
		return 3;
	/* Kept alive, they use the quota up. */
	for (made = 0; made < 1000 && !err; made++)
		err = l4_error(l4_factory_create_irq(small, cap_alloc()));
	if (err != -L4_ENOMEM)
		return 4;
	return l4_error(l4_task_delete_obj(L4_BASE_TASK_CAP, small)) ? 5 : 0;
}
