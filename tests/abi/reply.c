/* SPDX-License-Identifier: MIT */
/* Explicit reply slots: where an open wait keeps its caller, and what empties a slot. */
#include "actor.h"
#include "tap.h"

#include <l4/sys/thread.h>

#define MAIN L4_BASE_THREAD_CAP
#define SLOT_BIT 0x400UL
#define EXPLICIT(n) ((unsigned long)(n) << 12 | SLOT_BIT)
#define NOBODY IPC_ERROR(L4_IPC_ENOT_EXISTENT)

static struct answer got[3];

static void call0(void)
{
	got[0] = abi_invoke(MAIN | L4_SYSF_CALL, TAG(10, 0, 0), 0, 0);
	actor_stop();
}

static void call1(void)
{
	got[1] = abi_invoke(MAIN | L4_SYSF_CALL, TAG(11, 0, 0), 0, 0);
	actor_stop();
}

static void send0(void)
{
	abi_invoke(MAIN | L4_SYSF_SEND, TAG(12, 0, 0), 0, 0);
	actor_stop();
}

static long wait_in(l4_umword_t slot)
{
	return abi_invoke(slot | L4_SYSF_WAIT, 0, 0, TIMEOUT_1S).result;
}

static long reply_to(l4_umword_t slot, long label)
{
	return abi_invoke(slot | L4_SYSF_SEND | L4_SYSF_REPLY, TAG(label, 0, 0), 0, TIMEOUT_ZERO)
		.result;
}

static void kept(void)
{
	got[0].result = got[1].result = 0;
	actor_start(0, call0);
	tap_is(wait_in(EXPLICIT(5)), 10, "a wait with an explicit slot gets the call");
	tap_is(reply_to(L4_INVALID_CAP, 20), NOBODY, "the implicit slot stays empty");
	actor_start(1, call1);
	tap_is(wait_in(EXPLICIT(6)), 11, "another wait with another slot");
	tap_is(reply_to(EXPLICIT(5), 20), 20, "reply to the first");
	tap_settle();
	tap_is(got[0].result, 20, "who gets it");
	tap_is(reply_to(EXPLICIT(5), 20), NOBODY, "its slot is empty then");
	tap_is(reply_to(EXPLICIT(6), 21), 21, "reply to the second");
	tap_settle();
	tap_is(got[1].result, 21, "who gets it");
	tap_is(reply_to(EXPLICIT(7), 21), NOBODY, "a slot never used");
	actor_end(0);
	actor_end(1);
}

static void overwritten(void)
{
	got[0].result = got[1].result = 0;
	actor_start(0, call0);
	wait_in(EXPLICIT(5));
	actor_start(1, call1);
	tap_is(wait_in(EXPLICIT(5)), 11, "a call into a slot that is taken");
	tap_is(reply_to(EXPLICIT(5), 20), 20, "drops who was there");
	tap_settle();
	tap_is(got[1].result, 20, "the new caller gets the reply");
	tap_is(got[0].result, 0, "the old one waits on");
	actor_end(0);
	actor_end(1);
	actor_start(0, call0);
	wait_in(EXPLICIT(5));
	actor_start(1, send0);
	tap_is(wait_in(EXPLICIT(5)), 12, "a plain send while the slot is taken");
	tap_is(reply_to(EXPLICIT(5), 22), 22, "leaves it alone");
	actor_end(0);
	actor_end(1);
}

static void emptied(void)
{
	actor_start(0, call0);
	wait_in(EXPLICIT(5));
	actor_end(0);
	tap_is(reply_to(EXPLICIT(5), 20), NOBODY, "the caller's death empties its slot");
	actor_start(0, call0);
	wait_in(EXPLICIT(5));
	abi_invoke(ACTOR(0) | L4_SYSF_SEND, TAG(25, 0, 0), 0, TIMEOUT_ZERO);
	tap_is(reply_to(EXPLICIT(5), 20), NOBODY, "an answer by another way empties its slot");
	actor_end(0);
	actor_start(0, call0);
	wait_in(EXPLICIT(5));
	tap_is(wait_in(EXPLICIT(5)), IPC_ERROR(L4_IPC_RETIMEOUT), "a wait in which nothing comes");
	tap_is(reply_to(EXPLICIT(5), 20), 20, "leaves the slot alone");
	actor_end(0);
}

static void reply_and_wait(void)
{
	got[0].result = got[1].result = 0;
	actor_start(0, call0);
	wait_in(EXPLICIT(5));
	actor_start(1, call1);
	tap_is(abi_invoke(EXPLICIT(5) | L4_SYSF_REPLY_AND_WAIT, TAG(30, 0, 0), 0, TIMEOUT_1S)
		       .result,
	       11, "reply and wait in one slot");
	tap_settle();
	tap_is(got[0].result, 30, "the reply goes to the old caller");
	tap_is(reply_to(EXPLICIT(5), 31), 31, "the slot has the new one");
	tap_settle();
	tap_is(got[1].result, 31, "who gets its reply");
	actor_end(0);
	actor_end(1);
}

static void beyond(void)
{
	tap_is(wait_in(0xfffffffff400UL), IPC_ERROR(L4_IPC_NOREPLYCAP), "a slot out of range");
	tap_is(abi_invoke(0xfffffffff400UL | L4_SYSF_SEND | L4_SYSF_REPLY, 0, 0, 0).result, NOBODY,
	       "a reply to a slot out of range");
	MR(0) = L4_THREAD_SEGMENT_INFO_OP;
	tap_is(abi_invoke(EXPLICIT(5) | L4_SYSF_CALL, TAG(L4_PROTO_THREAD, 1, 0), 0, 0).result, 0,
	       "without REPLY and wait a reply selector means ourselves");
}

static const struct tap_group groups[] = {
	{ "kept", kept },       { "overwritten", overwritten },
	{ "emptied", emptied }, { "reply-and-wait", reply_and_wait },
	{ "beyond", beyond },
};

TAP_MAIN("abi-reply")
