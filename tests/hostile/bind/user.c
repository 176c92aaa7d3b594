/* SPDX-License-Identifier: MIT */
/*
 * A bound user task that attacks: it shares its signal stack with kernel and server, and can tell
 * its server of signals that were none. What it says are registers, which are its own.
 */
#include "bind.h"

#include "common/peer.h"

#include <l4/sys/consts.h>
#include <l4/sys/task.h>
#include <stdio.h>

#define CONTEXT_AT 1024 /* in the page that it may write */

static void expect(const char *ip, l4_umword_t r14, unsigned long trap, const char *what)
{
	bind_now();
	user_at(ip);
	V->r.r14 = r14;
	check(!run_user(BY_STUB) && V->r.trapno == trap, what);
}

static struct signal_context *shared_context(void)
{
	return (struct signal_context *)((char *)counter + CONTEXT_AT);
}

static void scribbles(void)
{
	for (l4_umword_t i = 0; i < 4; i++)
		expect(user_scribbles, ~0UL * (i & 1) ^ i << 40, L4_TRAP_SYSCALL,
		       "a system call after its signal stack was written over");
}

static void forges(void)
{
	static const l4_umword_t nowhere[] = {
		0, CELLS, CELLS + 8, CELLS + 8192 - 16, CELLS + 8192, 0x7fffffff0000, ~0UL
	};

	for (unsigned i = 0; i < sizeof(nowhere) / sizeof(nowhere[0]); i++)
		expect(user_forges, nowhere[i], L4_TRAP_UD, "a frame where none can be");
}

/*
 * It has just lost the right to write, which is all that is to be done in its process: what it
 * tells its server of is the call that would give it back. Nobody answers that with more than a
 * value.
 */
static void offers(void)
{
	l4_umword_t before;

	bind_now();
	before = *counter;
	l4_task_unmap(user_task, l4_fpage((l4_addr_t)counter, L4_PAGESHIFT, L4_FPAGE_W),
		      L4_FP_ALL_SPACES);
	user_at(user_offers);
	check(!run_user(BY_STUB) && V->r.trapno == L4_TRAP_UD, "an offer without a frame");
	user_at(user_calls);
	check(!run_user(BY_STUB) && V->r.trapno == L4_TRAP_PF && *counter == before,
	      "after which it can write as little as before");
	peer_map(user_task, counter, L4_PAGESIZE, L4_FPAGE_RW);
	check(!run_user(BY_STUB) && V->r.trapno == L4_TRAP_SYSCALL && *counter == before + 1,
	      "until it may");
}

/* All that is missed are its signals; its registers are as it returned with them. */
static void deaf(void)
{
	struct signal_context *c = shared_context();

	bind_now();
	*c = deaf_context();
	c->ip = (l4_umword_t)user_spins;
	c->bx = (l4_umword_t)counter;
	user_at(user_returns);
	V->r.r14 = (l4_umword_t)c;
	tick(true);
	check(!run_user(BY_STUB) && V->r.trapno == L4_TRAP_GP,
	      "user code that hears no signal loses its process");
	tick(false);
	user_at(user_calls);
	while (!run_user(BY_STUB) && V->r.trapno == L4_TRAP_VCPU_IPC)
		;
	check(V->r.trapno == L4_TRAP_SYSCALL, "and goes on in another one");
}

/* It cannot be told of any more: the host ends the process at its next trap. */
static void deaf_trap(void)
{
	struct signal_context *c = shared_context();

	bind_now();
	*c = deaf_context();
	c->ip = (l4_umword_t)user_at_call;
	user_at(user_returns);
	V->r.r14 = (l4_umword_t)c;
	check(!run_user(BY_STUB) && V->r.trapno == L4_TRAP_GP,
	      "user code whose trap nobody can be told of loses its process");
}

void user_attacks(void)
{
	scribbles();
	forges();
	offers();
	deaf();
	deaf_trap();
}
