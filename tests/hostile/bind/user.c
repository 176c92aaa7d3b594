/* SPDX-License-Identifier: MIT */
/*
 * A bound user task that attacks: it shares its signal stack with kernel and server, and can tell
 * its server of signals that were none. What it says are registers, which are its own.
 */
#include "bind.h"

#include <l4/sys/consts.h>
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
	deaf();
	deaf_trap();
}
