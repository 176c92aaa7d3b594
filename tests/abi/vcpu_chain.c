// SPDX-License-Identifier: MIT
/*
 * What a vCPU gets on its way out sets others free, and ends one of them again. The vCPU lets in
 * the message of actor 1, which then gets that of actor 2, which then gets that of the main thread
 * with a capability in place of the only one to actor 1. All that is one step of the kernel.
 */
#include "actor.h"
#include "vcpu.h"

static volatile int all_wait;
static volatile long results[2];

static void let_in(void)
{
	while (!all_wait)
		tap_settle();
	V->saved_state = L4_VCPU_F_IRQ;
	V->r = (l4_exc_regs_t){ .ip = 0x1111, .sp = 0x2222, .flags = 0x202, .ss = 0x23 };
	V->state = L4_VCPU_F_IRQ;
	/* A kernel may look for senders at any system call, and does at a resume. */
	abi_present(L4_BASE_LOG_CAP);
	vcpu_resume();
}

static void first(void)
{
	results[0] = abi_invoke(ACTOR(0) | L4_SYSF_SEND_AND_WAIT, TAG(1, 0, 0), 0x51, 0).result;
	actor_stop();
}

static void second(void)
{
	BR(0) = ACTOR(1) | 0xa;
	l4_utcb_br()->bdr = 0;
	results[1] = abi_invoke(ACTOR(1) | L4_SYSF_SEND_AND_WAIT, TAG(2, 0, 0), 0, 0).result;
	actor_stop();
}

void vcpu_chain(void)
{
	struct answer a;

	all_wait = 0;
	results[1] = 0;
	vcpu(let_in, vcpu_stop);
	actor_start(1, first);
	actor_start(2, second);
	MR(0) = 8;
	MR(1) = l4_obj_fpage(L4_BASE_LOG_CAP, 0, L4_CAP_FPAGE_RWS).raw;
	all_wait = 1;
	a = abi_invoke(ACTOR(2) | L4_SYSF_SEND, TAG(3, 0, 1), 0, TIMEOUT_1S);
	vcpu_settle();
	for (unsigned i = 0; i < 50 && !results[1]; i++)
		tap_settle();
	tap_is(a.result, 3, "the last of three that wait for each other is served");
	tap_is(vcpu_upcalls, 1, "the vCPU gets one message");
	tap_is((long)vcpu_seen.i.label, 0x51, "that of the first");
	tap_is(results[1], 3, "the second gets the message of the last");
	tap_is(abi_equal(ACTOR(1), L4_BASE_LOG_CAP), 1, "with a capability in place of the first");
	actor_end(0);
	actor_end(2);
	abi_drop(ACTOR(1), L4_FP_ALL_SPACES);
}
