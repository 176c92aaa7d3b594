/* SPDX-License-Identifier: MIT */
/*
 * A vCPU and its user task, as a kernel uses them: each event in user mode is an upcall with the
 * full state, and a resume goes on. Measured from one upcall to the next, or, where the user sees
 * the whole of it (a page that is mapped), by the user itself.
 */
#include "bench.h"

#include "common/peer.h"
#include "upcalls.h"

#include <l4/sys/consts.h>
#include <l4/sys/err.h>
#include <l4/sys/task.h>
#include <l4/sys/vcpu.h>
#include <stdlib.h>

#define STATE_ADDR 0x18000000UL
#define INSN_LENGTH 2 /* syscall, ud2, mov (%rbx), %al */

static char entry_stack[4 * L4_PAGESIZE] __attribute__((aligned(16)));
static char page[L4_PAGESIZE] __attribute__((aligned(L4_PAGESIZE)));

static void from_entry(l4_vcpu_state_t *v);
static void from_user(l4_vcpu_state_t *v);

static const struct phase {
	const char *name, *code;
	void (*handle)(l4_vcpu_state_t *v);
} phases[] = {
	{ "vcpu_syscall", upcall_syscall, from_entry },
	{ "vcpu_exception", upcall_exception, from_entry },
	{ "vcpu_pagefault", upcall_fault, from_entry },
	{ "vcpu_pagefault_map", upcall_map, from_user },
};
#define PHASES (sizeof(phases) / sizeof(phases[0]))

static unsigned phase, left, all_rounds;
static l4_cpu_time_t last;

static void phase_start(l4_vcpu_state_t *v)
{
	stats_reset();
	left = pingpong_rounds(phases[phase].name, all_rounds);
	v->r.ip = (l4_umword_t)phases[phase].code;
	v->r.rbx = UPCALL_WINDOW;
	last = 0;
}

static _Noreturn void resume(unsigned rights)
{
	l4_msgtag_t tag = l4_thread_vcpu_resume_start();

	if (rights)
		l4_sndfpage_add(l4_fpage((l4_addr_t)page, L4_PAGESHIFT, rights),
				l4_map_control(UPCALL_WINDOW, 0, L4_MAP_ITEM_MAP), &tag);
	tag = l4_thread_vcpu_resume_commit(L4_INVALID_CAP, tag);
	must(l4_error(tag) < 0 ? l4_error(tag) : -L4_EINVAL, "resume the vCPU");
	exit(EXIT_FAILURE);
}

static void from_entry(l4_vcpu_state_t *v)
{
	l4_cpu_time_t now = l4_rdtsc();

	if (last) {
		stats_add(now - last);
		left--;
	}
	last = now;
	v->r.ip += INSN_LENGTH;
}

/* The user's system call tells the cycles; its fault before that wants a page. */
static void from_user(l4_vcpu_state_t *v)
{
	if (v->r.trapno == L4_TRAP_PF)
		resume(L4_FPAGE_RO);
	check(v->r.trapno, L4_TRAP_SYSCALL, "trap number");
	stats_add(v->r.rax);
	left--;
	v->r.ip += INSN_LENGTH;
	must(l4_error(l4_task_unmap(L4_BASE_TASK_CAP,
				    l4_fpage((l4_addr_t)page, L4_PAGESHIFT, L4_FPAGE_RWX),
				    L4_FP_OTHER_SPACES)),
	     "unmap the page");
}

static _Noreturn void entry(l4_vcpu_state_t *v)
{
	phases[phase].handle(v);
	if (!left) {
		stats_print(phases[phase].name);
		if (++phase == PHASES)
			exit(EXIT_SUCCESS);
		phase_start(v);
	}
	v->saved_state |= L4_VCPU_F_USER_MODE;
	resume(0);
}

_Noreturn void measure_upcalls(unsigned rounds)
{
	l4_fpage_t area = l4_fpage(STATE_ADDR, L4_PAGESHIFT, 0);
	l4_vcpu_state_t *v = (l4_vcpu_state_t *)STATE_ADDR;

	all_rounds = rounds;
	page[0] = 1;
	must(l4_error(l4_task_add_ku_mem(L4_BASE_TASK_CAP, &area)), "add kernel-user memory");
	must(l4_error(l4_thread_vcpu_control(L4_BASE_THREAD_CAP, STATE_ADDR)), "become a vCPU");
	v->entry_ip = (l4_umword_t)entry;
	v->entry_sp = (l4_umword_t)entry_stack + sizeof(entry_stack) - sizeof(l4_umword_t);
	v->user_task = peer_task_create();
	v->r = (l4_exc_regs_t){ .cs = L4_USER_CS64, .ss = L4_USER_DS, .flags = 0x202 };
	phase_start(v);
	v->saved_state = L4_VCPU_F_USER_MODE | L4_VCPU_F_IRQ | L4_VCPU_F_PAGE_FAULTS |
			 L4_VCPU_F_EXCEPTIONS | L4_VCPU_F_FPU_ENABLED;
	resume(0);
}
