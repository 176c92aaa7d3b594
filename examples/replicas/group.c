/* SPDX-License-Identifier: MIT */
/*
 * The life of replicas. Who asks a replica waits for a message of that thread alone. If the
 * replica dies, the kernel ends the wait with an error; if it raises an exception or a page fault,
 * the message about that arrives in place of the answer, since we are its handler. So one wait
 * sees all ways to fail but one: a replica that computes for ever.
 */
#include "common/peer.h"
#include "replica.h"

#include <l4/sys/debugger.h>
#include <l4/sys/err.h>
#include <l4/sys/factory.h>
#include <l4/sys/ipc.h>
#include <l4/sys/task.h>
#include <l4/sys/utcb.h>
#include <stdio.h>
#include <string.h>

#define HANDLER_LABEL (7UL << 4)

static struct {
	l4_cap_idx_t task, thread;
	char name[8];
} replica[REPLICAS];

static union {
	struct state state;
	char page[L4_PAGESIZE];
} states[REPLICAS] __attribute__((aligned(L4_PAGESIZE)));

static char stacks[REPLICAS][L4_PAGESIZE] __attribute__((aligned(L4_PAGESIZE)));
static l4_cap_idx_t gate; /* to us: where exceptions and page faults of replicas go */

static void start(unsigned i)
{
	l4_cap_idx_t task = peer_task_create();

	l4_debugger_set_object_name(task, replica[i].name);
	peer_map(task, stacks[i], L4_PAGESIZE, L4_FPAGE_RW);
	peer_map(task, &states[i], L4_PAGESIZE, L4_FPAGE_RW);
	peer_give_cap(task, gate, L4_BASE_PAGER_CAP);
	replica[i].task = task;
	replica[i].thread = peer_thread_start(task, peer_utcb(0), L4_BASE_PAGER_CAP, replica_main,
					      stacks[i], L4_PAGESIZE);
	l4_debugger_set_object_name(replica[i].thread, replica[i].name);
}

void group_start(void)
{
	gate = cap_alloc();
	must(l4_error(l4_factory_create_gate(L4_BASE_FACTORY_CAP, gate, L4_BASE_THREAD_CAP,
					     HANDLER_LABEL)),
	     "create a gate");
	for (unsigned i = 0; i < REPLICAS; i++) {
		snprintf(replica[i].name, sizeof(replica[i].name), "copy%u", i);
		start(i);
	}
}

const struct state *group_state(unsigned i)
{
	return &states[i].state;
}

bool group_ask(unsigned i, const l4_umword_t request[REQUEST_WORDS], l4_umword_t *digest)
{
	l4_utcb_t *u = l4_utcb();
	l4_umword_t *mr = l4_utcb_mr_u(u)->mr;
	l4_msgtag_t tag;

	for (unsigned w = 0; w < REQUEST_WORDS; w++)
		mr[w] = request[w];
	mr[REQUEST_STATE] = (l4_umword_t)&states[i];
	tag = l4_ipc_call(replica[i].thread, u, l4_msgtag(0, REQUEST_WORDS, 0, 0), L4_IPC_NEVER);
	if (l4_msgtag_has_error(tag) || l4_msgtag_label(tag) != 0 ||
	    l4_msgtag_words(tag) != ANSWER_WORDS || mr[ANSWER_ROUND] != request[REQUEST_ROUND])
		return false;
	*digest = mr[ANSWER_DIGEST];
	return true;
}

void group_restart(unsigned i, unsigned like)
{
	/* Either may be gone already. */
	l4_task_delete_obj(L4_BASE_TASK_CAP, replica[i].thread);
	l4_task_delete_obj(L4_BASE_TASK_CAP, replica[i].task);
	states[i].state = states[like].state;
	memset(stacks[i], 0, sizeof(stacks[i]));
	start(i);
}
