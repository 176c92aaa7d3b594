/* SPDX-License-Identifier: MIT */
/* docs/interface/reply.md: a server that answers its callers in another order than they came. */
#include "manual.h"

#define REPLY_SLOT(n) ((n) << L4_CAP_SHIFT | L4_REPLY_CAP_BIT)

static volatile l4_umword_t answer[2];

static void call_with(l4_umword_t number)
{
	l4_utcb_mr()->mr[0] = number;
	l4_ipc_call(L4_BASE_THREAD_CAP, l4_utcb(), l4_msgtag(0, 1, 0, 0), L4_IPC_NEVER);
	answer[number] = l4_utcb_mr()->mr[0];
	l4_ipc_send(L4_BASE_THREAD_CAP, l4_utcb(), l4_msgtag(0, 0, 0, 0), L4_IPC_NEVER);
	for (;;)
		l4_ipc_sleep(L4_IPC_NEVER);
}

static void first(void)
{
	call_with(0);
}

static void second(void)
{
	call_with(1);
}

/* Waits for a caller, who is remembered in a slot of our choice. */
static int wait_in(l4_cap_idx_t slot)
{
	l4_umword_t label;

	return l4_error(l4_ipc(slot, l4_utcb(), L4_SYSF_WAIT, 0, l4_msgtag(0, 0, 0, 0), &label,
			       L4_IPC_NEVER)) == 0;
}

static int reply_to(l4_cap_idx_t slot, l4_umword_t value)
{
	l4_umword_t label;

	l4_utcb_mr()->mr[0] = value;
	return l4_error(l4_ipc(slot, l4_utcb(), L4_SYSF_SEND | L4_SYSF_REPLY, 0,
			       l4_msgtag(0, 1, 0, 0), &label, L4_IPC_NEVER)) == 0;
}

int example_reply(void)
{
	l4_umword_t label;

	worker_start(first);
	if (!wait_in(REPLY_SLOT(7UL)))
		return 1;
	worker_start(second);
	if (!wait_in(REPLY_SLOT(8UL)))
		return 2;
	if (!reply_to(REPLY_SLOT(8UL), 21) || !reply_to(REPLY_SLOT(7UL), 20))
		return 3;
	/* The slots are empty again. */
	if (reply_to(REPLY_SLOT(7UL), 0))
		return 4;
	l4_ipc_wait(l4_utcb(), &label, L4_IPC_NEVER);
	l4_ipc_wait(l4_utcb(), &label, L4_IPC_NEVER);
	return answer[0] == 20 && answer[1] == 21 ? 0 : 5;
}
