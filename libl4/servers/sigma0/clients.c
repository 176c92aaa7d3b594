/* SPDX-License-Identifier: MIT */
/* New clients. */
#include "clients.h"

#include <l4/sys/err.h>
#include <l4/sys/factory.h>

long client_create(l4_cap_idx_t *gate)
{
	/* The slot's index is the client's number: above the root task's, never used twice. */
	static l4_umword_t next = L4_BASE_FIRST_FREE;
	l4_cap_idx_t slot = next << L4_CAP_SHIFT;
	long err;

	if (next == L4_CAP_INDICES)
		return -L4_ENOMEM;
	err = l4_error(l4_factory_create_gate(L4_BASE_FACTORY_CAP, slot, L4_BASE_THREAD_CAP,
					      next << CLIENT_LABEL_SHIFT));
	if (err < 0)
		return err;
	next++;
	*gate = slot;
	return 0;
}
