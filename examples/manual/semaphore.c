/* SPDX-License-Identifier: MIT */
/* docs/interface/semaphore.md: counting up and down. */
#include "manual.h"

#include <l4/sys/semaphore.h>

int example_semaphore(void)
{
	l4_cap_idx_t sem = cap_alloc();
	l4_msgtag_t tag;

	if (l4_error(l4_factory_create_semaphore(L4_BASE_FACTORY_CAP, sem)))
		return 1;
	l4_semaphore_up(sem);
	l4_semaphore_up(sem);
	if (l4_error(l4_semaphore_down(sem, L4_IPC_NEVER)) ||
	    l4_error(l4_semaphore_down(sem, L4_IPC_NEVER)))
		return 2;
	tag = l4_semaphore_down(sem, l4_timeout(L4_IPC_TIMEOUT_NEVER, l4_timeout_from_us(500)));
	return l4_ipc_error(tag, l4_utcb()) == L4_IPC_RETIMEOUT ? 0 : 3;
}
