/* SPDX-License-Identifier: MIT */
/* The implicit reply slot: what fills it, what empties it; and messages cut short. */
#include "ipc.h"

#define MAIN L4_BASE_THREAD_CAP
#define NOBODY IPC_ERROR(L4_IPC_ENOT_EXISTENT)

static struct answer reply(long label)
{
	return abi_invoke(L4_INVALID_CAP | L4_SYSF_SEND | L4_SYSF_REPLY, TAG(label, 0, 0), 0x77,
			  TIMEOUT_ZERO);
}

static void partner_calls(void)
{
	partner_does(MAIN | L4_SYSF_CALL, TAG(4, 1, 0), 0x55, 0);
}

void ipc_replies_filled(void)
{
	partner_calls();
	tap_is(wait_any().result, 4, "a call arrives");
	tap_is(reply(6).result >= 0, 1, "it can be answered");
	tap_is(script.got.result, 6, "the answer arrives");
	tap_is((long)script.got.label, 0x77, "with the replier's label");
	tap_is(reply(6).result, NOBODY, "a second answer finds nobody");
	actor_end(0);
	partner_does(MAIN | L4_SYSF_SEND, TAG(4, 0, 0), 0, 0);
	wait_any();
	tap_is(reply(6).result, NOBODY, "a plain send leaves nobody to answer");
	actor_end(0);
	partner_does(MAIN | L4_SYSF_SEND_AND_WAIT, TAG(4, 0, 0), 0, 0);
	wait_any();
	tap_is(reply(6).result, NOBODY, "send and open wait leaves nobody to answer");
	actor_end(0);
	partner_calls();
	tap_is(abi_invoke(ACTOR(0) | L4_SYSF_RECV, 0, 0, TIMEOUT_1S).result, 4,
	       "a call arrives at a closed receive");
	tap_is(reply(6).result, NOBODY, "a closed receive leaves nobody to answer");
	tap_is(abi_invoke(ACTOR(0) | L4_SYSF_SEND, TAG(8, 0, 0), 0, TIMEOUT_ZERO).result >= 0, 1,
	       "but the caller waits");
	tap_is(script.got.result, 8, "and gets what is sent to its thread");
	actor_end(0);
}

void ipc_replies_emptied(void)
{
	partner_calls();
	wait_any();
	tap_is(abi_invoke(L4_INVALID_CAP | L4_SYSF_WAIT, 0, 0, TIMEOUT_1MS).result,
	       IPC_ERROR(L4_IPC_RETIMEOUT), "an open wait without a message");
	tap_is(reply(6).result >= 0, 1, "leaves the reply slot alone");
	actor_end(0);
	partner_calls();
	wait_any();
	abi_present(L4_BASE_TASK_CAP);
	l4_ipc_sleep((l4_timeout_t){ TIMEOUT_1MS & 0xffff });
	tap_is(reply(6).result >= 0, 1, "calls and sleeping leave the reply slot alone");
	actor_end(0);
	partner_calls();
	wait_any();
	abi_invoke(ACTOR(0) | L4_SYSF_SEND, TAG(8, 0, 0), 0, TIMEOUT_ZERO);
	tap_is(reply(6).result, NOBODY, "sending to the caller's thread empties the slot");
	actor_end(0);
	partner_does(MAIN | L4_SYSF_CALL, TAG(4, 1, 0), 0, TIMEOUT_1MS & 0xffff);
	wait_any();
	l4_ipc_sleep((l4_timeout_t){ TIMEOUT_50MS & 0xffff });
	tap_is(script.got.result, IPC_ERROR(L4_IPC_RETIMEOUT), "the caller's time is up");
	tap_is(reply(6).result, NOBODY, "which empties the slot");
	actor_end(0);
	partner_calls();
	wait_any();
	actor_end(0);
	tap_is(reply(6).result, NOBODY, "the caller's death empties the slot");
	partner_calls();
	wait_any();
	abi_invoke(L4_BASE_LOG_CAP | L4_SYSF_REPLY | L4_SYSF_SEND, TAG(9, 0, 0), 0, TIMEOUT_ZERO);
	tap_is(script.got.result, 9, "a reply goes to the caller whatever the selector");
	actor_end(0);
	partner_calls();
	wait_any();
	tap_is(abi_invoke(L4_INVALID_CAP | L4_SYSF_REPLY_AND_WAIT, TAG(3, 0, 0), 0, TIMEOUT_1MS)
		       .result,
	       IPC_ERROR(L4_IPC_RETIMEOUT), "reply and wait waits");
	tap_is(script.got.result, 3, "after having replied");
	actor_end(0);
}

static struct answer sent;

/* One word, then an item: our first capability. */
static void item_sender(void)
{
	MR(0) = 11;
	MR(1) = L4_ITEM_MAP;
	MR(2) = l4_obj_fpage(L4_BASE_TASK_CAP, 0, L4_CAP_FPAGE_RWS).raw;
	sent = abi_invoke(MAIN | L4_SYSF_SEND, TAG(4, 1, 1), 0, 0);
	actor_stop();
}

/* A void item behind one word. */
static void void_sender(void)
{
	MR(0) = 12;
	MR(1) = 0;
	MR(2) = 99;
	sent = abi_invoke(MAIN | L4_SYSF_SEND, TAG(4, 1, 1), 0, 0);
	actor_stop();
}

void ipc_items(void)
{
	struct answer a;

	actor_start(0, item_sender);
	l4_utcb_br()->bdr = 0;
	BR(0) = 0;
	MR(1) = MR(2) = 5;
	a = wait_any();
	tap_is(a.result, IPC_ERROR(L4_IPC_REMSGCUT), "an item without a buffer: receiver's error");
	tap_is(a.tag.raw, (long)TAG(4, 1, 1) | 0x8000, "the receiver's tag keeps its fields");
	tap_is((long)MR(0), 11, "words before the item have arrived");
	tap_is((long)MR(1), 5, "the failed item's word is not written");
	tap_is(sent.result, IPC_ERROR(L4_IPC_SEMSGCUT), "an item without a buffer: sender's error");
	tap_is(sent.tag.raw, 0x8000, "the sender's tag is the error flag alone");
	actor_end(0);
	actor_start(0, void_sender);
	BR(0) = 0;
	MR(1) = MR(2) = 5;
	a = wait_any();
	tap_is(a.tag.raw, (long)TAG(4, 1, 1), "a void item needs no buffer");
	tap_is((long)MR(1), 0, "a void item reads 0");
	tap_is(sent.result >= 0, 1, "the sender of a void item sees no error");
	actor_end(0);
}
