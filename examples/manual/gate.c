/* SPDX-License-Identifier: MIT */
/* docs/interface/gate.md: two gates to one thread, told apart by their labels. */
#include "manual.h"

#include <l4/sys/ipc_gate.h>

static l4_cap_idx_t gates[2];

static void client(void)
{
	for (unsigned i = 0; i < 2; i++)
		l4_ipc_call(gates[i], l4_utcb(), l4_msgtag(0, 0, 0, 0), L4_IPC_NEVER);
	for (;;)
		l4_ipc_sleep(L4_IPC_NEVER);
}

int example_gate(void)
{
	l4_umword_t label = 0;

	gates[0] = cap_alloc();
	gates[1] = cap_alloc();
	if (l4_error(l4_factory_create_gate(L4_BASE_FACTORY_CAP, gates[0], L4_BASE_THREAD_CAP,
					    0x100)))
		return 1;
	/* A gate can be given away first and get its thread later. */
	if (l4_error(l4_factory_create_gate(L4_BASE_FACTORY_CAP, gates[1], L4_INVALID_CAP, 0)) ||
	    l4_error(l4_rcv_ep_bind_thread(gates[1], L4_BASE_THREAD_CAP, 0x200)))
		return 2;
	if (l4_error(l4_ipc_gate_get_infos(gates[1], &label)) || label != 0x200)
		return 3;
	worker_start(client);
	l4_ipc_wait(l4_utcb(), &label, L4_IPC_NEVER);
	if (label != (0x100 | L4_CAP_FPAGE_W | L4_CAP_FPAGE_S))
		return 4;
	l4_ipc_reply_and_wait(l4_utcb(), l4_msgtag(0, 0, 0, 0), &label, L4_IPC_NEVER);
	return (label & ~3UL) == 0x200 ? 0 : 5;
}
