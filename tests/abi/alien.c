/* SPDX-License-Identifier: MIT */
/* Aliens and single steps: threads whose every call or instruction somebody else sees. */
#include "actor.h"
#include "tap.h"

#include <l4/sys/thread.h>

#define MAIN L4_BASE_THREAD_CAP
#define TF 0x100UL

extern char alien_start[], alien_first[], alien_second[], alien_fault[], alien_end[], step_start[],
	step_call[], step_rep[], step_fault[], step_end[];

/* Waits for the next exception, having set the message registers before when it is an answer. */
static struct answer next(l4_umword_t flags, long label, unsigned words)
{
	return abi_invoke(L4_INVALID_CAP | flags, TAG(label, words, 0), 0, TIMEOUT_1S);
}

static void set_alien(int on)
{
	l4_thread_control_start();
	l4_thread_control_alien(on);
	l4_thread_control_commit(ACTOR(0));
}

static void start(char *entry, int alien)
{
	(void)*(volatile char *)entry;
	*(volatile char *)actor_stack(0) = 0;
	actor_create(0, MAIN, MAIN);
	if (alien)
		set_alien(1);
	l4_thread_ex_regs(ACTOR(0), (l4_addr_t)entry, actor_stack(0), 0);
}

static void check(struct answer a, const char *what, long trapno, long err, const char *ip)
{
	tap_isf(a.result, L4_PROTO_EXCEPTION, "%s: an exception", what);
	tap_isf((long)MR(16), trapno, "%s: trap number", what);
	tap_isf((long)MR(17), err, "%s: error code", what);
	tap_isf((long)MR(18), (long)ip, "%s: ip", what);
}

static void aliens(void)
{
	start(alien_start, 1);
	check(next(L4_SYSF_WAIT, 0, 0), "call of an alien", 253, 0, alien_first);
	tap_is((long)MR(19), 0xab, "call of an alien: cs has the mark of a system call");
	tap_is((long)MR(8), 0x55, "call of an alien: rdi");
	check(next(L4_SYSF_REPLY_AND_WAIT, L4_PROTO_ALLOW_SYSCALL, 26),
	      "an allowed call that waits", 253, 1, alien_first + 2);
	tap_is((long)MR(15) & 0xffff, 0x8000, "an allowed call that waits: rax");
	tap_is((long)MR(19), 0xab, "an allowed call that waits: cs");
	tap_is((long)MR(14), 0x04000bb8, "an allowed call that waits: rcx is the timeouts");
	check(next(L4_SYSF_REPLY_AND_WAIT, 0, 26), "the next call", 253, 0, alien_second);
	check(next(L4_SYSF_REPLY_AND_WAIT, 0, 26), "a call that was not allowed", 253, 0,
	      alien_second);
	/* The mark in cs is no selector: only an answer with registers removes it. */
	check(next(L4_SYSF_REPLY_AND_WAIT, L4_PROTO_ALLOW_SYSCALL, 0), "answer without registers",
	      13, 0, alien_second);
	tap_is((long)MR(19), 0xab, "answer without registers: cs");
	MR(18) += 2;
	check(next(L4_SYSF_REPLY_AND_WAIT, 0, 26), "page fault of an alien", 14, 4, alien_fault);
	tap_is((long)MR(11), 0x300000005, "page fault of an alien: address");
	tap_is((long)MR(19), 0x2b, "page fault of an alien: cs");
	MR(18) = (l4_umword_t)alien_second;
	check(next(L4_SYSF_REPLY_AND_WAIT, L4_PROTO_ALLOW_SYSCALL, 26),
	      "allowed after another exception", 253, 1, alien_second + 2);
	set_alien(0);
	actor_end(0);
}

/* A pass that was not used before a page fault is lost. */
static void lost_pass(void)
{
	start(alien_start, 1);
	next(L4_SYSF_WAIT, 0, 0);
	MR(18) = (l4_umword_t)alien_fault;
	next(L4_SYSF_REPLY_AND_WAIT, L4_PROTO_ALLOW_SYSCALL, 26);
	MR(18) = (l4_umword_t)alien_second;
	check(next(L4_SYSF_REPLY_AND_WAIT, 0, 26), "a pass does not outlive a page fault", 253, 0,
	      alien_second);
	actor_end(0);
}

static void steps(void)
{
	static const struct {
		const char *name;
		const char *ip;
	} path[] = {
		{ "single step: push", step_start + 1 },
		{ "single step: pop", step_start + 2 },
		{ "single step over a system call", step_call + 2 },
		{ "single step behind it", step_rep },
		{ "single step in a repeated instruction", step_rep },
		{ "single step: its last round", step_rep + 2 },
	};
	struct answer a;

	start(step_end, 0);
	next(L4_SYSF_WAIT, 0, 0);
	MR(18) = (l4_umword_t)step_start;
	MR(20) |= TF;
	a = next(L4_SYSF_REPLY_AND_WAIT, 0, 26);
	for (unsigned i = 0; i < sizeof(path) / sizeof(path[0]); i++) {
		check(a, path[i].name, 1, 0, path[i].ip);
		tap_isf((long)(MR(20) & TF), TF, "%s: TF", path[i].name);
		a = next(L4_SYSF_REPLY_AND_WAIT, 0, 0);
	}
	tap_is(a.result, L4_PROTO_PAGE_FAULT, "a page fault comes before the step");
	tap_is((long)MR(1), (long)step_fault, "a page fault comes before the step: ip");
	check(next(L4_SYSF_REPLY_AND_WAIT, -1, 0), "refused page fault", 14, 4, step_fault);
	MR(18) = (l4_umword_t)step_start;
	MR(20) &= ~TF;
	a = next(L4_SYSF_REPLY_AND_WAIT, 0, 26);
	tap_is(a.result, L4_PROTO_PAGE_FAULT, "no steps without TF");
	actor_end(0);
}

static const struct tap_group groups[] = {
	{ "aliens", aliens },
	{ "lost-pass", lost_pass },
	{ "steps", steps },
};

TAP_MAIN("abi-alien")
