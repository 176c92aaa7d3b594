/* SPDX-License-Identifier: MIT */
/* docs/interface/ipc.md: a server, its client, and what a timeout looks like. */
#include "manual.h"

/* Answers each message with the sum of its words. */
static void adder(void)
{
	l4_umword_t label, sum = 0;
	l4_msgtag_t tag = l4_ipc_wait(l4_utcb(), &label, L4_IPC_NEVER);

	for (;;) {
		for (unsigned i = 0; i < l4_msgtag_words(tag); i++)
			sum += l4_utcb_mr()->mr[i];
		l4_utcb_mr()->mr[0] = sum;
		/* A server does not wait for clients that do not wait for their answer. */
		tag = l4_ipc_reply_and_wait(l4_utcb(), l4_msgtag(0, 1, 0, 0), &label,
					    L4_IPC_SEND_TIMEOUT_0);
	}
}

int example_ipc(void)
{
	l4_cap_idx_t server = worker_start(adder);
	l4_utcb_t *u = l4_utcb();
	l4_msgtag_t tag;

	l4_utcb_mr_u(u)->mr[0] = 40;
	l4_utcb_mr_u(u)->mr[1] = 2;
	tag = l4_ipc_call(server, u, l4_msgtag(0, 2, 0, 0), L4_IPC_NEVER);
	if (l4_error(tag) || l4_msgtag_words(tag) != 1 || l4_utcb_mr_u(u)->mr[0] != 42)
		return 1;
	/* Nobody sends: the receive part of the timeout ends the wait. */
	tag = l4_ipc_receive(server, u, l4_timeout(L4_IPC_TIMEOUT_NEVER, l4_timeout_from_us(1000)));
	return l4_ipc_error(tag, u) == L4_IPC_RETIMEOUT ? 0 : 2;
}
