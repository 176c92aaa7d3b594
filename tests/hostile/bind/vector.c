/* SPDX-License-Identifier: MIT */
/*
 * The vector state of a bound user task, which its server reads and writes in the signal frame
 * (extension ux_user_fpu): that it is the one, and that a state that the processor refuses costs
 * nobody but the user task anything.
 */
#include "bind.h"

#include <l4/abi/ux.h>
#include <l4/sys/consts.h>

#define MXCSR 24
#define XMM5 240
#define XSTATE_BV 512
#define XSTATE_SSE 2UL
#define SIZE_MIN 576
#define ROUNDS 100

static unsigned char *where(l4_vcpu_state_t *v, l4_cap_idx_t task, l4_umword_t size)
{
	void *(*stub)(l4_vcpu_state_t *, l4_umword_t, l4_umword_t) = (void *)L4_UX_USER_FPU;

	return stub(v, task, size);
}

static l4_umword_t *word(unsigned char *area, unsigned at)
{
	return (l4_umword_t *)(area + at);
}

static void found(void)
{
	l4_umword_t at;

	bind_now();
	at = (l4_umword_t)where(V, user_task, SIZE_MIN);
	check(at >= BOUND_CELLS && at + SIZE_MIN <= BOUND_CELLS + SLOTS * CELL_SIZE && !(at & 63),
	      "the user's vector state is in a cell that the server sees");
	check(!where(V, L4_BASE_TASK_CAP, SIZE_MIN) && !where(V + 1, user_task, SIZE_MIN),
	      "but not that of another task or vCPU");
	check(!where(V, user_task, CELL_SIZE) && !where(V, user_task, ~0UL),
	      "nor more than there can be");
}

static void changed(void)
{
	bool right = true;

	bind_now();
	user_at(user_shows);
	for (l4_umword_t i = 1; right && i < ROUNDS; i++) {
		unsigned char *area = where(V, user_task, SIZE_MIN);

		if (i > 1)
			right = area && *word(area, XMM5) == (i - 1) << 32;
		if (!area)
			break;
		*word(area, XMM5) = i << 32;
		*word(area, XSTATE_BV) |= XSTATE_SSE;
		user_at(user_shows);
		right = right && !run_user(BY_STUB) && V->r.trapno == L4_TRAP_SYSCALL &&
			counter[1] == i << 32;
	}
	check(right && counter[1], "what the server writes there the user task finds");
}

static void refused(unsigned at, l4_umword_t value, const char *what)
{
	unsigned char *area;

	bind_now();
	area = where(V, user_task, SIZE_MIN);
	*word(area, at) = value;
	user_at(user_shows);
	check(!run_user(BY_STUB) && V->r.trapno == L4_TRAP_GP, what);
	user_at(user_calls);
	check(!run_user(BY_STUB) && V->r.trapno == L4_TRAP_SYSCALL, "and it goes on without it");
}

void vector(void)
{
	found();
	changed();
	refused(MXCSR, ~0UL, "a state with reserved bits is an exception of the user task");
	refused(XSTATE_BV, ~0UL, "one with parts that there are not, too");
}
