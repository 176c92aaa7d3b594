/* SPDX-License-Identifier: MIT */
/* Local IDs, forwarded items, windows of capabilities, rights on the way through a capability. */
#include "actor.h"
#include "remote.h"
#include "tap.h"

#include <l4/sys/factory.h>
#include <l4/sys/ipc_gate.h>
#include <l4/sys/task.h>

#define MAIN L4_BASE_THREAD_CAP
#define F L4_BASE_FACTORY_CAP
#define OTHER SLOT(0)
#define TO_MAIN SLOT(1)
#define GATE SLOT(2)
#define PLAIN SLOT(3)

/* The item as it was received. */
static l4_umword_t item[2];

static struct {
	l4_umword_t dest, tag, words[6];
	volatile long result;
} message;

/* Runs in the other task. */
static void remote_send(void)
{
	for (unsigned i = 0; i < 6; i++)
		MR(i) = message.words[i];
	message.result = abi_invoke(message.dest, message.tag, 0, 0).result;
	for (;;)
		abi_invoke(L4_INVALID_CAP | L4_SYSF_RECV, 0, 0, 0);
}

/* The other task sends one capability; buffers as given. */
static struct answer from_remote(l4_umword_t w0, l4_umword_t w1, l4_umword_t br0, l4_umword_t br1)
{
	struct answer a;

	message.dest = TO_MAIN | L4_SYSF_SEND;
	message.tag = TAG(0, 0, 1);
	message.words[0] = w0;
	message.words[1] = w1;
	remote_start(OTHER, 0, remote_send);
	l4_utcb_br()->bdr = 0;
	BR(0) = br0;
	BR(1) = br1;
	BR(2) = 0;
	MR(0) = MR(1) = 0x999;
	a = abi_invoke(L4_INVALID_CAP | L4_SYSF_WAIT, 0, 0, TIMEOUT_1S);
	item[0] = MR(0);
	item[1] = MR(1);
	BR(0) = 0;
	actor_end(0);
	return a;
}

static void setup(void)
{
	remote_task(OTHER);
	l4_factory_create_gate(F, TO_MAIN, MAIN, 0x8000);
	l4_factory_create_gate(F, GATE, MAIN, 0x4560);
	abi_create(L4_PROTO_IRQ_SENDER, PLAIN);
	remote_give(OTHER, TO_MAIN, 0);
	remote_give(OTHER, GATE, 0);
	remote_give(OTHER, PLAIN, 0);
}

static l4_umword_t object(l4_cap_idx_t cap, unsigned rights)
{
	return l4_obj_fpage(cap, 0, (unsigned char)rights).raw;
}

static void local_ids(void)
{
	setup();
	tap_is(from_remote(L4_ITEM_MAP, object(GATE, L4_CAP_FPAGE_RWS), SLOT(10) | 0xe, 0).result,
	       0, "our own gate comes back from another task");
	tap_is((long)item[0], 0x3c, "as its label");
	tap_is((long)item[1], 0x4563, "with the rights it was sent with");
	tap_is(abi_present(SLOT(10)), 0, "and is not mapped");
	from_remote(L4_ITEM_MAP, object(GATE, L4_CAP_FPAGE_RO), SLOT(10) | 0xe, 0);
	tap_is((long)item[1], 0x4560, "fewer rights sent are fewer rights told");
	from_remote(L4_ITEM_MAP, object(GATE, L4_CAP_FPAGE_RWS), SLOT(10) | 0xa, 0);
	tap_is((long)item[0], 0x38, "without asking for local IDs it is mapped");
	tap_is(abi_present(SLOT(10)), 1, "and is there");
	from_remote(L4_ITEM_MAP, object(PLAIN, L4_CAP_FPAGE_RWS), SLOT(11) | 0xe, 0);
	tap_is((long)item[0], 0x38, "what is no gate is mapped all the same");
	tap_is(abi_present(SLOT(11)), 1, "and there");
	abi_drop(SLOT(10), L4_FP_ALL_SPACES);
	abi_drop(SLOT(11), L4_FP_ALL_SPACES);
	abi_drop(OTHER, L4_FP_DELETE_OBJ);
}

static void forwarding(void)
{
	setup();
	abi_copy(OTHER, SLOT(4), L4_CAP_FPAGE_RS, 0);
	tap_is(from_remote(L4_ITEM_MAP, object(PLAIN, L4_CAP_FPAGE_RWS), SLOT(12) | 0xb, OTHER)
		       .result,
	       0, "a capability forwarded to the sender's own task");
	tap_is(abi_call(OTHER, L4_PROTO_TASK, 2, L4_TASK_CAP_INFO_OP, SLOT(12), 0), 1,
	       "arrives there");
	tap_is(from_remote(L4_ITEM_MAP, object(PLAIN, L4_CAP_FPAGE_RWS), SLOT(13) | 0xb, SLOT(4))
		       .result,
	       IPC_ERROR(L4_IPC_REMSGCUT), "forwarding needs W on the task");
	tap_settle();
	tap_is(message.result, IPC_ERROR(L4_IPC_SEMSGCUT), "the sender learns of it");
	tap_is((long)item[0], 0x38, "the item's word is written nevertheless");
	tap_is(from_remote(L4_ITEM_MAP, object(PLAIN, L4_CAP_FPAGE_RWS), SLOT(13) | 0xb, F).result,
	       IPC_ERROR(L4_IPC_REMSGCUT), "forwarding to what is no task");
	tap_is(from_remote(L4_ITEM_MAP, object(PLAIN, L4_CAP_FPAGE_RWS), SLOT(13) | 0xb, SLOT(50))
		       .result,
	       IPC_ERROR(L4_IPC_REMSGCUT), "forwarding to nothing");
	tap_is(abi_present(SLOT(13)), 0, "and nothing is mapped here");
	abi_drop(OTHER, L4_FP_DELETE_OBJ);
}

static void windows(void)
{
	setup();
	tap_is(from_remote(L4_ITEM_MAP | SLOT(5), l4_obj_fpage(SLOT(0), 3, L4_CAP_FPAGE_RWS).raw,
			   L4_ITEM_MAP, l4_obj_fpage(SLOT(32), 4, L4_CAP_FPAGE_RWS).raw)
		       .result,
	       0, "eight slots into a window of sixteen");
	tap_is(abi_present(SLOT(32 + 1)), 1, "the first capability");
	tap_is(abi_present(SLOT(32 + 2)), 1, "the second");
	tap_is(abi_present(SLOT(32 + 4)), 0, "an empty slot");
	tap_is(abi_equal(SLOT(32 + 3), PLAIN), 1, "the third is the same object");
	tap_is(from_remote(L4_ITEM_MAP | SLOT(2), l4_obj_fpage(SLOT(0), 2, L4_CAP_FPAGE_RWS).raw,
			   SLOT(48) | 0xa, 0)
		       .result,
	       0, "four slots into one");
	tap_is(abi_present(SLOT(48)), 1, "the hot spot chooses");
	tap_is(abi_equal(SLOT(48), PLAIN), 0, "and not the neighbour");
	tap_is(from_remote(L4_ITEM_MAP, object(SLOT(50), L4_CAP_FPAGE_RWS), SLOT(48) | 0xa, 0)
		       .result,
	       0, "an empty slot is no error");
	tap_is((long)item[0], 0x3a, "but reads as nothing mapped");
	tap_is(abi_present(SLOT(48)), 1, "and leaves what was there");
	abi_drop(OTHER, L4_FP_DELETE_OBJ);
}

static void grants(void)
{
	setup();
	from_remote(L4_ITEM_MAP | L4_MAP_ITEM_GRANT, object(PLAIN, L4_CAP_FPAGE_RWS),
		    SLOT(14) | 0xa, 0);
	tap_is(abi_equal(SLOT(14), PLAIN), 1, "a granted capability arrives");
	tap_is(abi_call(OTHER, L4_PROTO_TASK, 2, L4_TASK_CAP_INFO_OP, PLAIN, 0), 0,
	       "and is gone where it was");
	abi_drop(OTHER, L4_FP_DELETE_OBJ);
}

static void many(void)
{
	struct answer a;

	setup();
	message.dest = TO_MAIN | L4_SYSF_SEND;
	message.tag = TAG(0, 0, 2);
	message.words[0] = message.words[2] = L4_ITEM_MAP;
	message.words[1] = message.words[3] = object(PLAIN, L4_CAP_FPAGE_RWS);
	remote_start(OTHER, 0, remote_send);
	l4_utcb_br()->bdr = 0;
	BR(0) = SLOT(15) | 0xa;
	BR(1) = SLOT(16) | 0xa;
	BR(2) = 0;
	a = abi_invoke(L4_INVALID_CAP | L4_SYSF_WAIT, 0, 0, TIMEOUT_1S);
	actor_end(0);
	tap_is(a.result, 0, "two capabilities into two single buffers");
	tap_is(abi_present(SLOT(15)) + abi_present(SLOT(16)), 2, "both arrive");
	remote_start(OTHER, 0, remote_send);
	l4_utcb_br()->bdr = 3UL << L4_BDR_OBJ_SHIFT;
	BR(0) = 0;
	BR(3) = SLOT(17) | 0xa;
	BR(4) = SLOT(18) | 0xa;
	BR(5) = 0;
	a = abi_invoke(L4_INVALID_CAP | L4_SYSF_WAIT, 0, 0, TIMEOUT_1S);
	actor_end(0);
	l4_utcb_br()->bdr = 0;
	tap_is(a.result, 0, "buffers for capabilities begin where the descriptor says");
	tap_is(abi_present(SLOT(17)) + abi_present(SLOT(18)), 2, "both arrive there");
	message.words[0] |= L4_ITEM_CONT;
	remote_start(OTHER, 0, remote_send);
	BR(0) = SLOT(19) | 0xa;
	BR(1) = 0;
	a = abi_invoke(L4_INVALID_CAP | L4_SYSF_WAIT, 0, 0, TIMEOUT_1S);
	actor_end(0);
	tap_is(a.result, 0, "compound capabilities share a buffer");
	abi_drop(OTHER, L4_FP_DELETE_OBJ);
}

static void counted(void)
{
	abi_create(L4_PROTO_IRQ_SENDER, SLOT(20));
	abi_copy(SLOT(20), SLOT(21), L4_CAP_FPAGE_RWS, 0x10);
	abi_copy(SLOT(20), SLOT(22), L4_CAP_FPAGE_RWS, 0);
	abi_drop(SLOT(20), L4_FP_ALL_SPACES);
	tap_is(abi_present(SLOT(21)), 1, "an object lives while a counted capability is left");
	abi_drop(SLOT(22), L4_FP_ALL_SPACES);
	tap_is(abi_present(SLOT(21)), 0, "a weak capability does not keep it");
	abi_create(L4_PROTO_IRQ_SENDER, SLOT(20));
	abi_copy(SLOT(20), SLOT(21), L4_CAP_FPAGE_RWS, 0x10);
	abi_copy(SLOT(21), SLOT(22), L4_CAP_FPAGE_RWS, 0);
	abi_drop(SLOT(20), L4_FP_ALL_SPACES);
	tap_is(abi_present(SLOT(22)), 0, "a copy of a weak capability is weak");
}

static const struct tap_group groups[] = {
	{ "local-ids", local_ids }, { "forwarding", forwarding },
	{ "windows", windows },     { "grants", grants },
	{ "many", many },           { "counted", counted },
};

TAP_MAIN("abi-local")
