/* SPDX-License-Identifier: MIT */
/* docs/interface/irq.md: signals that are not lost and do not pile up. */
#include "manual.h"

#include <l4/sys/irq.h>

int example_irq(void)
{
	l4_cap_idx_t irq = cap_alloc();
	l4_umword_t label = 0;
	l4_msgtag_t tag;

	if (l4_error(l4_factory_create_irq(L4_BASE_FACTORY_CAP, irq)) ||
	    l4_error(l4_rcv_ep_bind_thread(irq, L4_BASE_THREAD_CAP, 0xbe11)))
		return 1;
	/* Nobody waits yet: the first is remembered, the second is the same one. */
	l4_irq_trigger(irq);
	l4_irq_trigger(irq);
	tag = l4_ipc_wait(l4_utcb(), &label, L4_IPC_NEVER);
	if (l4_msgtag_has_error(tag) || l4_msgtag_words(tag) != 0 || label != 0xbe11)
		return 2;
	tag = l4_ipc_wait(l4_utcb(), &label, L4_IPC_BOTH_TIMEOUT_0);
	if (l4_ipc_error(tag, l4_utcb()) != L4_IPC_RETIMEOUT)
		return 3;
	if (l4_error(l4_irq_detach(irq)) != 0) /* 1: one was pending */
		return 4;
	return l4_error(l4_irq_detach(irq)) == -L4_ENOENT ? 0 : 5;
}
