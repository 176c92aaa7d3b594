/* SPDX-License-Identifier: MIT */
/* The exception messages of instructions that trap: the table is in trap_insns.S. */
#include "actor.h"
#include "tap.h"

#include <l4/sys/thread.h>

#define MAIN L4_BASE_THREAD_CAP

struct trap_case {
	const char *name;
	l4_addr_t from, at;
	long trapno, err, after, emulated;
};
extern const struct trap_case trap_cases[];
extern const long trap_cases_num;

/* We are the pager, too: what the actor needs is touched before. */
static struct answer run(l4_addr_t entry)
{
	(void)*(volatile char *)entry;
	*(volatile char *)actor_stack(0) = 0;
	actor_create(0, MAIN, MAIN);
	l4_thread_ex_regs(ACTOR(0), entry, actor_stack(0), 0);
	return abi_invoke(L4_INVALID_CAP | L4_SYSF_WAIT, 0, 0, TIMEOUT_1S);
}

static void check(const struct trap_case *c)
{
	struct answer a = run(c->from);
	l4_umword_t err = MR(17);

	tap_isf(a.tag.raw, (long)TAG(L4_PROTO_EXCEPTION, 26, 0) | 0x1000, "%s: tag", c->name);
	tap_isf((long)MR(16), c->trapno, "%s: trap number", c->name);
	if (c->err >= 0)
		tap_isf((long)err, c->err, "%s: error code", c->name);
	else
		tap_isf(err & 2, 2, "%s: error code of a vector", c->name);
	tap_isf((long)(MR(18) - c->at), c->after, "%s: ip", c->name);
	actor_end(0);
}

static void traps(void)
{
	int emulator = tap_emulated();

	for (long i = 0; i < trap_cases_num; i++)
		if (trap_cases[i].emulated || !emulator)
			check(&trap_cases[i]);
		else
			tap_skip(trap_cases[i].name, "QEMU does as it likes");
}

static const struct tap_group groups[] = {
	{ "traps", traps },
};

TAP_MAIN("abi-trap")
