/* SPDX-License-Identifier: MIT */
/*
 * The operating system of the example: a list of the events that must come, in order, each with
 * a function that checks its values and repairs what has to be repaired. Interrupts are off on
 * entry (the kernel has cleared the flag in the state), so nothing disturbs us here; an
 * interrupt that arrives meanwhile is announced by the sticky flag and comes with the resume.
 */
#include "events.h"

#include "common/peer.h"
#include "user.h"

#include <l4/sys/consts.h>
#include <l4/sys/err.h>
#include <l4/sys/irq.h>
#include <stdio.h>
#include <stdlib.h>

static const char *event_name;

static void check(l4_umword_t is, l4_umword_t should, const char *what)
{
	if (is == should)
		return;
	printf("vcpu: %s: %s is 0x%lx, not 0x%lx\n", event_name, what, is, should);
	exit(EXIT_FAILURE);
}

static void check_ip(const l4_vcpu_state_t *v, const char *where)
{
	check(v->r.ip, (l4_umword_t)where, "instruction pointer");
}

_Noreturn void vcpu_continue(l4_vcpu_state_t *v, unsigned rights)
{
	l4_msgtag_t tag = l4_thread_vcpu_resume_start();

	/* Items of a resume are mapped into the user task: no second system call for a fault. */
	if (rights)
		l4_sndfpage_add(l4_fpage((l4_addr_t)machine.page, L4_PAGESHIFT, rights),
				l4_map_control(l4_trunc_page(v->r.pfa), 0, L4_MAP_ITEM_MAP), &tag);
	tag = l4_thread_vcpu_resume_commit(L4_INVALID_CAP, tag);
	printf("vcpu: resume failed: error %ld\n", l4_error(tag));
	exit(EXIT_FAILURE);
}

static unsigned on_syscall(l4_vcpu_state_t *v)
{
	check_ip(v, user_syscall);
	check(v->r.rax, USER_CALL_FIRST, "rax");
	check(v->r.rdi, USER_CALL_ARG, "rdi");
	check(v->r.err, 0, "error code");
	v->r.rax = USER_CALL_RESULT;
	v->r.ip += 2; /* past the system call */
	return 0;
}

static unsigned on_load(l4_vcpu_state_t *v)
{
	check_ip(v, user_load);
	check(v->r.pfa, USER_PAGE + USER_PAGE_VALUE, "fault address");
	check(v->r.err, L4_PF_USER, "error code");
	return L4_FPAGE_RO;
}

static unsigned on_store(l4_vcpu_state_t *v)
{
	check_ip(v, user_store);
	check(v->r.pfa, USER_PAGE + USER_PAGE_WRITTEN, "fault address");
	check(v->r.err, L4_PF_USER | L4_PF_WRITE | L4_PF_PRESENT, "error code");
	check(v->r.rdx, USER_VALUE, "rdx, read from the page");
	return L4_FPAGE_RW;
}

static unsigned on_undefined(l4_vcpu_state_t *v)
{
	check_ip(v, user_undefined);
	check(*(l4_umword_t *)(machine.page + USER_PAGE_WRITTEN), USER_VALUE, "the page");
	v->r.ip += 2;
	/* Interrupts are off: this one has to wait for the resume. */
	l4_irq_trigger(machine.irq);
	check(l4_vcpu_irq_pending(v) != 0, 1, "pending flag");
	return 0;
}

static void check_irq(const l4_vcpu_state_t *v)
{
	check(v->i.label, IRQ_LABEL, "IRQ label");
	check(v->i.tag, 0, "IRQ tag");
}

static unsigned on_pending_irq(l4_vcpu_state_t *v)
{
	check_irq(v);
	check_ip(v, user_breakpoint);
	return 0;
}

static unsigned on_breakpoint(l4_vcpu_state_t *v)
{
	check_ip(v, user_loop);
	machine.armed = 1;
	return 0;
}

static unsigned on_irq(l4_vcpu_state_t *v)
{
	check_irq(v);
	check(v->r.ip >= (l4_umword_t)user_loop && v->r.ip < (l4_umword_t)user_loop_end, 1,
	      "interrupted in the loop");
	check(v->r.rbx, USER_PAGE, "rbx");
	*(volatile int *)(machine.page + USER_PAGE_STOP) = 1;
	return 0;
}

static unsigned on_exit(l4_vcpu_state_t *v)
{
	check(v->r.rax, USER_CALL_EXIT, "rax");
	check_ip(v, user_exit);
	printf("vcpu: all right\n");
	exit(EXIT_SUCCESS);
}

static const struct event {
	const char *name;
	l4_umword_t trapno;
	unsigned (*handle)(l4_vcpu_state_t *v); /* result: rights of the page to map, or 0 */
} events[] = {
	{ "system call", L4_TRAP_SYSCALL, on_syscall },
	{ "page fault, read", L4_TRAP_PF, on_load },
	{ "page fault, write", L4_TRAP_PF, on_store },
	{ "invalid instruction", L4_TRAP_UD, on_undefined },
	{ "IRQ that was pending", L4_TRAP_VCPU_IPC, on_pending_irq },
	{ "breakpoint", L4_TRAP_BP, on_breakpoint },
	{ "IRQ in the loop", L4_TRAP_VCPU_IPC, on_irq },
	{ "exit", L4_TRAP_SYSCALL, on_exit },
};

_Noreturn void vcpu_entry(l4_vcpu_state_t *v)
{
	static unsigned next;
	const struct event *e = &events[next++];

	event_name = e->name;
	printf("vcpu: upcall: trap %lu, ip 0x%lx: expected %s\n", v->r.trapno, v->r.ip, e->name);
	check(v->r.trapno, e->trapno, "trap number");
	check(v->saved_state & L4_VCPU_F_USER_MODE, L4_VCPU_F_USER_MODE, "interrupted mode");
	check(v->state & (L4_VCPU_F_IRQ | L4_VCPU_F_USER_MODE), 0, "mode on entry");
	vcpu_continue(v, e->handle(v));
}
