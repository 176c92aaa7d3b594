/* SPDX-License-Identifier: MIT */
/* Deleting objects while somebody waits for them. Actor 0 waits, actor 1 is waited for. */
#include "actor.h"
#include "remote.h"
#include "tap.h"

#include <l4/sys/factory.h>
#include <l4/sys/ipc_gate.h>
#include <l4/sys/irq.h>
#include <l4/sys/task.h>

#define MAIN L4_BASE_THREAD_CAP
#define THING SLOT(0)
#define OTHER SLOT(1)
#define GONE_SEND IPC_ERROR(L4_IPC_ENOT_EXISTENT)
#define GONE_QUEUED IPC_ERROR(L4_IPC_SECANCELED)
#define WAITS_ON 12345L
/*
 * Fiasco leaves who waits for the answer of a deleted thread waiting forever, which nobody can
 * want; l4ux tells.
 */
#define GONE_RECEIVE (tap_hosted() ? IPC_ERROR(L4_IPC_ENOT_EXISTENT | 1) : WAITS_ON)

static l4_umword_t dest, tag;
static volatile int done;
static struct answer got;

static void invoke(void)
{
	got = abi_invoke(dest, tag, 0, 0);
	done = 1;
	actor_stop();
}

/* Actor 0 begins with this invocation. */
static void begin(l4_umword_t to, l4_umword_t with)
{
	dest = to;
	tag = with;
	done = 0;
	got.result = 1;
	actor_start(0, invoke);
}

static void ended(long expected, const char *rule)
{
	tap_settle();
	tap_is(done ? got.result : WAITS_ON, expected, rule);
	actor_end(0);
}

static void threads(void)
{
	actor_start(1, actor_stop);
	begin(ACTOR(1) | L4_SYSF_SEND, TAG(1, 0, 0));
	tap_is(done, 0, "a sender waits");
	actor_end(1);
	ended(GONE_QUEUED, "the thread sent to is deleted");
	actor_start(1, actor_stop);
	begin(ACTOR(1) | L4_SYSF_CALL, TAG(1, 0, 0));
	actor_end(1);
	ended(GONE_QUEUED, "the thread called is deleted before it has the message");
	actor_start(1, actor_stop);
	begin(ACTOR(1) | L4_SYSF_RECV, 0);
	tap_is(done, 0, "a receiver waits");
	actor_end(1);
	ended(GONE_RECEIVE, "the thread received from is deleted");
}

static void take(void)
{
	abi_invoke(L4_INVALID_CAP | L4_SYSF_WAIT, 0, 0, 0);
	actor_stop();
}

static void callees(void)
{
	actor_start(1, take);
	begin(ACTOR(1) | L4_SYSF_CALL, TAG(1, 0, 0));
	tap_is(done, 0, "a caller waits for the answer");
	actor_end(1);
	ended(GONE_RECEIVE, "the thread that was to answer is deleted");
	actor_start(1, take);
	begin(ACTOR(1) | L4_SYSF_CALL, TAG(1, 0, 0));
	abi_drop(ACTOR(1), L4_FP_ALL_SPACES);
	ended(GONE_RECEIVE, "its last capability is removed");
}

static void gates(void)
{
	actor_start(1, take);
	l4_factory_create_gate(L4_BASE_FACTORY_CAP, THING, ACTOR(1), 0);
	abi_copy(THING, OTHER, L4_CAP_FPAGE_RWS, 0);
	begin(OTHER | L4_SYSF_CALL, TAG(1, 0, 0));
	abi_drop(THING, L4_FP_DELETE_OBJ);
	tap_settle();
	tap_is(done, 0, "deleting a gate does not end a call that was delivered");
	actor_end(1);
	ended(GONE_RECEIVE, "but deleting its thread does");
	actor_start(1, actor_stop);
	l4_factory_create_gate(L4_BASE_FACTORY_CAP, THING, ACTOR(1), 0);
	abi_copy(THING, OTHER, L4_CAP_FPAGE_RWS, 0);
	begin(OTHER | L4_SYSF_RECV, 0);
	actor_end(1);
	ended(GONE_RECEIVE, "a receive from a gate ends with its thread");
	abi_drop(THING, L4_FP_DELETE_OBJ);
	actor_start(1, actor_stop);
	l4_factory_create_gate(L4_BASE_FACTORY_CAP, THING, ACTOR(1), 0);
	actor_end(1);
	abi_copy(THING, OTHER, L4_CAP_FPAGE_RWS, 0);
	begin(OTHER | L4_SYSF_SEND, TAG(1, 0, 0));
	ended(GONE_SEND, "a gate whose thread is gone leads nowhere");
	abi_drop(THING, L4_FP_DELETE_OBJ);
}

static void irqs(void)
{
	abi_create(L4_PROTO_IRQ_SENDER, THING);
	actor_create(0, L4_BASE_PAGER_CAP, MAIN);
	actor_end(0);
	begin(THING | L4_SYSF_RECV, 0);
	tap_is(done, 0, "a receive from an IRQ waits");
	abi_drop(THING, L4_FP_DELETE_OBJ);
	ended(GONE_RECEIVE, "the IRQ is deleted");
	abi_create(L4_PROTO_IRQ_SENDER, THING);
	l4_rcv_ep_bind_thread(THING, MAIN, 0x40);
	l4_irq_trigger(THING);
	abi_drop(THING, L4_FP_DELETE_OBJ);
	tap_is(abi_invoke(L4_INVALID_CAP | L4_SYSF_WAIT, 0, 0, 0x0400).result,
	       IPC_ERROR(L4_IPC_RETIMEOUT), "a pending IRQ that is deleted does not come");
}

static void remote_receive(void)
{
	abi_invoke(L4_INVALID_CAP | L4_SYSF_WAIT, 0, 0, 0);
	for (;;)
		abi_invoke(L4_INVALID_CAP | L4_SYSF_RECV, 0, 0, 0);
}

static void tasks(void)
{
	remote_task(OTHER);
	remote_start(OTHER, 1, remote_receive);
	begin(ACTOR(1) | L4_SYSF_CALL, TAG(1, 0, 0));
	tap_is(done, 0, "a thread of another task has the message");
	abi_drop(OTHER, L4_FP_DELETE_OBJ);
	ended(GONE_RECEIVE, "its task is deleted");
	actor_end(1);
}

static void own_delete(void)
{
	done = 2;
	abi_drop(ACTOR(0), L4_FP_DELETE_OBJ);
	done = 3;
	actor_stop();
}

static void oneself(void)
{
	actor_start(0, own_delete);
	tap_settle();
	tap_is(done, 2, "a thread that deletes itself does not go on");
	tap_is(abi_present(ACTOR(0)), 0, "and is gone");
}

static void replaced(void)
{
	begin(ACTOR(0) | L4_SYSF_RECV, 0);
	tap_is(done, 0, "a thread waits");
	abi_create(L4_PROTO_SEMAPHORE, ACTOR(0));
	tap_settle();
	tap_is(abi_call(ACTOR(0), L4_PROTO_THREAD, 1, 0, 0, 0), -L4_EBADPROTO,
	       "creating another object in the last slot of a thread removes it");
	abi_drop(ACTOR(0), L4_FP_DELETE_OBJ);
}

static const struct tap_group groups[] = {
	{ "threads", threads }, { "callees", callees }, { "gates", gates },       { "irqs", irqs },
	{ "tasks", tasks },     { "oneself", oneself }, { "replaced", replaced },
};

TAP_MAIN("abi-delete")
