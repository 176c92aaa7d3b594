/* SPDX-License-Identifier: MIT */
/*
 * The two modes of a vCPU: one vector state, the error codes user mode gets, and what resume
 * checks before it leaves. Actor 0 is the vCPU.
 */
#include "actor.h"
#include "remote.h"
#include "tap.h"

#include <l4/sys/task.h>
#include <l4/sys/thread.h>
#include <l4/sys/vcpu.h>

#define USER SLOT(0)
#define WEAK SLOT(1)
#define AREA 0x60000000000UL
#define V ((l4_vcpu_state_t *)AREA)

extern char mode_entry[], mode_swap[], mode_select[], mode_vector[];
extern l4_umword_t mode_xmm;
void mode_upcall(void);
_Noreturn void mode_resume(l4_umword_t xmm);

static const char *user_ip;
static unsigned user_flags;
static l4_vcpu_state_t seen;
static l4_umword_t task;
static long result;

void mode_upcall(void)
{
	seen = *V;
	actor_stop();
}

static void into_user(void)
{
	V->user_task = task;
	V->r = (l4_exc_regs_t){ .ip = (l4_umword_t)user_ip, .sp = 0x1000, .ss = 0x23 };
	V->saved_state = (unsigned short)user_flags;
	MR(0) = L4_THREAD_VCPU_RESUME_OP;
	mode_resume(0x1111);
}

static void resume_only(void)
{
	V->user_task = task;
	V->saved_state = (unsigned short)user_flags;
	result = abi_call(L4_INVALID_CAP, L4_PROTO_THREAD, 1, L4_THREAD_VCPU_RESUME_OP, 0, 0);
	actor_stop();
}

/* Runs a vCPU with that body until it rests. */
static void vcpu(void (*body)(void))
{
	static int there;
	l4_fpage_t fp = l4_fpage(AREA, 12, L4_FPAGE_RW);

	if (!there)
		l4_task_add_ku_mem(L4_BASE_TASK_CAP, &fp);
	there = 1;
	seen = (l4_vcpu_state_t){ 0 };
	result = 1;
	actor_create(0, L4_BASE_PAGER_CAP, L4_BASE_THREAD_CAP);
	abi_call(ACTOR(0), L4_PROTO_THREAD, 2, L4_THREAD_VCPU_CONTROL_OP, AREA, 0);
	V->entry_ip = (l4_umword_t)mode_entry;
	l4_thread_ex_regs(ACTOR(0), (l4_addr_t)body, actor_stack(0), 0);
	for (unsigned i = 0; i < 20; i++)
		tap_settle();
}

static void user(const char *ip, unsigned flags)
{
	remote_task(USER);
	task = USER;
	user_ip = ip;
	user_flags = L4_VCPU_F_USER_MODE | flags;
	vcpu(into_user);
}

static void vector_state(void)
{
	user(mode_swap, L4_VCPU_F_FPU_ENABLED);
	tap_is((long)seen.r.trapno, 253, "user mode with its vector unit");
	tap_is((long)seen.r.rax, 0x1111, "user mode sees the vCPU's vector state");
	tap_is((long)mode_xmm, 0x2222, "the vCPU sees that of user mode");
	tap_is(seen.saved_state & L4_VCPU_F_FPU_ENABLED, L4_VCPU_F_FPU_ENABLED,
	       "the flag is saved");
	tap_is(seen.state & L4_VCPU_F_FPU_ENABLED, L4_VCPU_F_FPU_ENABLED, "and stays set");
	actor_end(0);
}

static void error_codes(void)
{
	user(mode_select, 0);
	tap_is((long)seen.r.trapno, 13, "selector of the kernel in user mode: trap number");
	tap_is((long)seen.r.err, 0x10, "selector of the kernel in user mode: error code");
	actor_end(0);
	user(mode_vector, 0);
	tap_is((long)seen.r.trapno, 13, "int 0x30 in user mode: trap number");
	tap_is((long)seen.r.err & 2, 2, "int 0x30 in user mode: error code");
	actor_end(0);
}

static void refusals(void)
{
	static const struct {
		const char *name;
		l4_umword_t task, flags, field;
		long result;
	} cases[] = {
		{ "no task, no user mode", L4_INVALID_CAP, 0, L4_INVALID_CAP, 1 },
		{ "no task", L4_INVALID_CAP, L4_VCPU_F_USER_MODE, L4_INVALID_CAP, -L4_ENOENT },
		{ "an empty slot", SLOT(20), L4_VCPU_F_USER_MODE, SLOT(20) | 1, -L4_ENOENT },
		{ "a factory", L4_BASE_FACTORY_CAP, L4_VCPU_F_USER_MODE, L4_BASE_FACTORY_CAP | 1,
		  -L4_ENOENT },
		{ "a task without S", WEAK, L4_VCPU_F_USER_MODE, WEAK, -L4_EPERM },
		{ "no cached task", USER | L4_SYSF_SEND, L4_VCPU_F_USER_MODE, USER | 1,
		  -L4_ENOENT },
		{ "drop the task", USER | L4_SYSF_REPLY, L4_VCPU_F_USER_MODE, USER | 8,
		  -L4_ENOENT },
	};

	remote_task(USER);
	abi_copy(USER, WEAK, L4_CAP_FPAGE_RW, 0);
	for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		task = cases[i].task;
		user_flags = (unsigned)cases[i].flags;
		vcpu(resume_only);
		tap_isf(result, cases[i].result, "resume with %s", cases[i].name);
		tap_isf((long)V->user_task, (long)cases[i].field, "resume with %s: field",
			cases[i].name);
		actor_end(0);
	}
}

static const struct tap_group groups[] = {
	{ "vector-state", vector_state },
	{ "error-codes", error_codes },
	{ "refusals", refusals },
};

TAP_MAIN("abi-vcpu_mode")
