/* SPDX-License-Identifier: MIT */
/*
 * A vCPU: the L4 way to be a kernel. A thread becomes a vCPU by giving the kernel a state page
 * and an entry point. From then on it has two modes, like a processor. In user mode it runs
 * code in another task; a system call, a fault or an interrupt there brings it back to its
 * entry point in its own task, with the interrupted registers in the state page. It looks at
 * them, changes what it likes, and resumes. This is how the guest Linux server runs Linux
 * processes, with one trip into the microkernel per event instead of two messages.
 *
 * This file builds the machine and switches it on; events.c is its operating system; user.S is
 * the user program, which makes every kind of event once. The exit status is 0 only when all
 * events came in the right order with the right values.
 *
 *	l4ux run build/examples/vcpu
 */
#include "common/peer.h"
#include "events.h"
#include "user.h"

#include <l4/sys/consts.h>
#include <l4/sys/err.h>
#include <l4/sys/factory.h>
#include <l4/sys/irq.h>
#include <l4/sys/task.h>
#include <stdio.h>

#define STATE_ADDR 0x10000000UL

static char page[L4_PAGESIZE] __attribute__((aligned(L4_PAGESIZE)));
static char entry_stack[4 * L4_PAGESIZE] __attribute__((aligned(16)));
static char ticker_stack[L4_PAGESIZE] __attribute__((aligned(16)));

struct machine machine;

/* A second thread is the interrupt source, while user code runs that does not wait for it. */
static void ticker(void)
{
	for (;;) {
		l4_ipc_sleep(l4_timeout(L4_IPC_TIMEOUT_NEVER, l4_timeout_from_us(2000)));
		if (!machine.armed)
			continue;
		machine.armed = 0;
		l4_irq_trigger(machine.irq);
	}
}

static void machine_build(void)
{
	*(l4_umword_t *)(page + USER_PAGE_VALUE) = USER_VALUE;
	*(l4_umword_t *)(page + USER_PAGE_TLS) = USER_TLS_VALUE;
	machine.page = page;
	machine.task = peer_task_create();
	machine.irq = cap_alloc();
	must(l4_error(l4_factory_create_irq(L4_BASE_FACTORY_CAP, machine.irq)), "create an IRQ");
	must(l4_error(l4_rcv_ep_bind_thread(machine.irq, L4_BASE_THREAD_CAP, IRQ_LABEL)),
	     "bind the IRQ to the vCPU");
}

static l4_vcpu_state_t *vcpu_create(void)
{
	l4_fpage_t area = l4_fpage(STATE_ADDR, L4_PAGESHIFT, 0);
	l4_vcpu_state_t *v = (l4_vcpu_state_t *)STATE_ADDR;

	must(l4_error(l4_task_add_ku_mem(L4_BASE_TASK_CAP, &area)), "add kernel-user memory");
	must(l4_error(l4_thread_vcpu_control(L4_BASE_THREAD_CAP, STATE_ADDR)), "become a vCPU");
	must(l4_vcpu_check_version(v) ? 0 : -L4_EINVAL, "vCPU version");
	v->entry_ip = (l4_umword_t)vcpu_entry;
	v->entry_sp = (l4_umword_t)entry_stack + sizeof(entry_stack) - sizeof(l4_umword_t);
	v->user_task = machine.task;
	return v;
}

int main(void)
{
	l4_vcpu_state_t *v;

	machine_build();
	v = vcpu_create();
	peer_thread_start(L4_BASE_TASK_CAP, utcb_alloc(), L4_BASE_PAGER_CAP, ticker, ticker_stack,
			  sizeof(ticker_stack));

	v->r = (l4_exc_regs_t){
		.ip = (l4_umword_t)user_start,
		.cs = L4_USER_CS64,
		.ss = L4_USER_DS,
		.flags = 0x202,
		.fs_base = USER_PAGE + USER_PAGE_TLS,
	};
	v->saved_state = L4_VCPU_F_USER_MODE | L4_VCPU_F_IRQ | L4_VCPU_F_PAGE_FAULTS |
			 L4_VCPU_F_EXCEPTIONS | L4_VCPU_F_FPU_ENABLED;
	printf("vcpu: entering user mode\n");
	vcpu_continue(v, 0);
}
