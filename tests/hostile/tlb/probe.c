/* SPDX-License-Identifier: MIT */
/*
 * The prober calls us, and our answer is its next order: address and, for a write, the value. Its
 * page faults are refused; the exception that follows sends it on behind the access.
 */
#include "probe.h"

#include <l4/abi/init.h>
#include <l4/sys/consts.h>
#include <l4/sys/err.h>
#include <l4/sys/factory.h>
#include <l4/sys/scheduler.h>
#include <l4/sys/task.h>
#include <l4/sys/thread.h>
#include <stdio.h>
#include <stdlib.h>

#define THREAD 0x21000UL
#define GATE 0x22000UL
#define OK 1L
#define FAULTED 2L

/*
 * MR0 address, MR1 1 for a write, MR2 value; answer in MR2, label OK or FAULTED. No stack, no
 * data: the UTCB alone.
 */
__asm__(".text\n"
	".globl prober, prober_faulted\n"
	"prober:\n"
	"	mov $0x10000, %eax\n" /* label OK, 0 words */
	"1:	or $3, %eax\n"
	"	mov $0x4003, %edx\n" /* call capability 4 */
	"	xor %esi, %esi\n"
	"	xor %r8d, %r8d\n"
	"	syscall\n"
	"	mov %gs:0, %rbx\n"
	"	mov (%rbx), %rcx\n"
	"	mov 16(%rbx), %rax\n"
	"	cmpq $0, 8(%rbx)\n"
	"	jne 2f\n"
	"	mov (%rcx), %rax\n"
	"	mov %rax, 16(%rbx)\n"
	"	jmp prober\n"
	"2:	mov %rax, (%rcx)\n"
	"	jmp prober\n"
	"prober_faulted:\n"
	"	mov $0x20000, %eax\n"
	"	jmp 1b\n");

extern void prober(void);
extern const char prober_faulted[];

static void must(l4_msgtag_t tag, const char *what)
{
	long e = l4_error(tag);

	if (e >= 0)
		return;
	printf("tlb: cannot %s: %ld\n", what, e);
	exit(EXIT_FAILURE);
}

/* Waits for the prober's next call and answers what else comes. Its label. */
static long wait_call(int answer_first, l4_msgtag_t answer)
{
	l4_utcb_t *u = l4_utcb();
	l4_umword_t label;

	for (;;) {
		l4_msgtag_t tag = answer_first
					  ? l4_ipc_reply_and_wait(u, answer, &label, L4_IPC_NEVER)
					  : l4_ipc_wait(u, &label, L4_IPC_NEVER);

		if (l4_msgtag_has_error(tag))
			must(tag, "receive");
		answer_first = 1;
		if (l4_msgtag_is_page_fault(tag)) {
			answer = l4_msgtag(-L4_EFAULT, 0, 0, 0);
		} else if (l4_msgtag_is_exception(tag)) {
			l4_utcb_exc_u(u)->ip = (l4_umword_t)prober_faulted;
			answer = l4_msgtag(0, L4_UTCB_EXCEPTION_REGS_SIZE, 0, 0);
		} else {
			return l4_msgtag_label(tag);
		}
	}
}

void probe_start(void)
{
	l4_fpage_t area = l4_fpage(L4_INIT_UTCB_ADDR, L4_PAGESHIFT, 0);
	l4_addr_t code = (l4_addr_t)prober & ~(L4_PAGESIZE - 1);
	l4_sched_param_t p = l4_sched_param(2, 0);

	must(l4_factory_create_task(L4_BASE_FACTORY_CAP, PROBE_TASK, &area), "create a task");
	for (unsigned i = 0; i < 2; i++, code += L4_PAGESIZE)
		must(l4_task_map(PROBE_TASK, L4_BASE_TASK_CAP,
				 l4_fpage(code, L4_PAGESHIFT, L4_FPAGE_RX),
				 l4_map_control(code, 0, L4_MAP_ITEM_MAP)),
		     "map the code");
	must(l4_factory_create_gate(L4_BASE_FACTORY_CAP, GATE, L4_BASE_THREAD_CAP, 0x40),
	     "create a gate");
	must(l4_task_map(PROBE_TASK, L4_BASE_TASK_CAP, l4_obj_fpage(GATE, 0, L4_CAP_FPAGE_RWS),
			 l4_map_obj_control(L4_BASE_PAGER_CAP, L4_MAP_ITEM_MAP)),
	     "give the gate");
	must(l4_factory_create_thread(L4_BASE_FACTORY_CAP, THREAD), "create a thread");
	l4_thread_control_start();
	l4_thread_control_pager(L4_BASE_PAGER_CAP);
	l4_thread_control_exc_handler(L4_BASE_PAGER_CAP);
	l4_thread_control_bind((l4_utcb_t *)L4_INIT_UTCB_ADDR, PROBE_TASK);
	must(l4_thread_control_commit(THREAD), "bind the thread");
	must(l4_thread_ex_regs(THREAD, (l4_addr_t)prober, 0, 0), "start it");
	must(l4_scheduler_run_thread(L4_BASE_SCHEDULER_CAP, THREAD, &p), "let it run");
	wait_call(0, l4_msgtag(0, 0, 0, 0));
}

void probe_end(void)
{
	l4_task_delete_obj(L4_BASE_TASK_CAP, PROBE_TASK);
	l4_task_delete_obj(L4_BASE_TASK_CAP, THREAD);
	l4_task_delete_obj(L4_BASE_TASK_CAP, GATE);
}

static int probe(l4_addr_t addr, int write, l4_umword_t *value)
{
	l4_umword_t *mr = l4_utcb_mr()->mr;
	long r;

	mr[0] = addr;
	mr[1] = write;
	mr[2] = *value;
	r = wait_call(1, l4_msgtag(0, 3, 0, 0));
	*value = mr[2];
	return r == OK;
}

int probe_read(l4_addr_t addr, l4_umword_t *value)
{
	return probe(addr, 0, value);
}

int probe_write(l4_addr_t addr, l4_umword_t value)
{
	return probe(addr, 1, &value);
}
