/* SPDX-License-Identifier: MIT */
/*
 * A user-level pager. In an L4 system the kernel has no idea what a page fault means: it turns
 * the fault into a message from the faulting thread to the thread's pager, and the pager's
 * answer may contain a page. Here the main thread is the pager of a second task. It gives that
 * task eight pages, one by one: first readable, and writable only when somebody writes. It
 * takes one page back behind the task's back, sees the fault come again, and refuses an address
 * it knows nothing about; the kernel then turns that fault into an exception message, which
 * comes to the main thread too and ends the story. The exit status is 0 only when every message
 * was the expected one.
 *
 *	l4ux run build/examples/pager
 */
#include "common/peer.h"

#include <l4/sys/consts.h>
#include <l4/sys/err.h>
#include <l4/sys/factory.h>
#include <l4/sys/ipc.h>
#include <l4/sys/task.h>
#include <stdio.h>
#include <stdlib.h>

#define PAGES 8UL
#define WINDOW 0x20000000UL /* where the second task sees the pages */
#define FORBIDDEN 0x30000000UL
#define GATE_LABEL 0x40UL
#define GATE_RIGHTS 3UL /* the low label bits tell the rights of the sender's capability */

#define FAULT_WRITE 2UL
#define FAULT_FETCH 4UL
#define FAULT_BITS 7UL

/* Protocol of the second task with us, over the same gate: "look what I have read". */
#define PROTO_REPORT 1L

static char store[PAGES][L4_PAGESIZE] __attribute__((aligned(L4_PAGESIZE)));
static char stack[L4_PAGESIZE] __attribute__((aligned(L4_PAGESIZE)));

static l4_cap_idx_t task;

/* In the second task: code is ours, data is not. Only registers, the stack and the window. */
static void report(l4_umword_t page, l4_umword_t value)
{
	l4_umword_t *mr = l4_utcb_mr()->mr;

	mr[0] = page;
	mr[1] = value;
	l4_ipc_call(L4_BASE_PAGER_CAP, l4_utcb(), l4_msgtag(PROTO_REPORT, 2, 0, 0), L4_IPC_NEVER);
}

static void second_task(void)
{
	volatile l4_umword_t *p;

	for (l4_umword_t i = 0; i < PAGES; i++) {
		p = (l4_umword_t *)(WINDOW + i * L4_PAGESIZE);
		report(i, *p);
		*p = 1000 + i;
	}
	/* The pager takes page 0 away while it has this message; we do not notice, but it does. */
	report(PAGES, 0);
	p = (l4_umword_t *)WINDOW;
	report(0, *p);
	p = (l4_umword_t *)FORBIDDEN;
	*p = 1;
	report(PAGES + 1, 0); /* not reached */
	for (;;)
		;
}

static struct {
	unsigned reads, writes, reports, refused;
} seen;

static void expect(int ok, const char *what, l4_umword_t value)
{
	if (ok)
		return;
	printf("pager: wrong: %s (0x%lx)\n", what, value);
	exit(EXIT_FAILURE);
}

static l4_msgtag_t page_fault(const l4_umword_t *mr)
{
	l4_umword_t addr = mr[0] & ~FAULT_BITS, write = mr[0] & FAULT_WRITE;
	unsigned long page = (addr - WINDOW) / L4_PAGESIZE;
	l4_msgtag_t answer = l4_msgtag(0, 0, 0, 0);

	printf("page fault: %s at 0x%lx, ip 0x%lx\n", write ? "write" : "read", addr, mr[1]);
	expect(!(mr[0] & FAULT_FETCH), "the task cannot run its code", mr[0]);
	if (addr < WINDOW || page >= PAGES) {
		expect(addr == FORBIDDEN && write, "address of the refused fault", mr[0]);
		seen.refused++;
		return l4_msgtag(-L4_EFAULT, 0, 0, 0);
	}
	if (write)
		seen.writes++;
	else
		seen.reads++;
	/* The window of the faulting thread is its whole space: the send base is the address. */
	l4_sndfpage_add(l4_fpage((l4_addr_t)store[page], L4_PAGESHIFT,
				 write ? L4_FPAGE_RW : L4_FPAGE_RO),
			l4_map_control(addr, 0, L4_MAP_ITEM_MAP), &answer);
	return answer;
}

static l4_msgtag_t page_report(const l4_umword_t *mr)
{
	l4_umword_t page = mr[0], value = mr[1];

	if (page == PAGES) {
		l4_fpage_t all = l4_fpage((l4_addr_t)store[0], L4_PAGESHIFT, L4_FPAGE_RWX);

		printf("taking page 0 back\n");
		must(l4_error(l4_task_unmap(L4_BASE_TASK_CAP, all, L4_FP_OTHER_SPACES)),
		     "unmap a page");
	} else {
		l4_umword_t is = seen.reports < PAGES ? 100 + page : 1000 + page;

		expect(page < PAGES && value == is, "content the task has read", value);
		seen.reports++;
	}
	return l4_msgtag(0, 0, 0, 0);
}

/* The end: what the task did wrong, with all its registers. */
static _Noreturn void exception(const l4_exc_regs_t *r)
{
	l4_exc_regs_t regs = *r;

	printf("exception %lu, error 0x%lx, at 0x%lx: ending the task\n", regs.trapno, regs.err,
	       regs.pfa);
	expect(regs.trapno == L4_TRAP_PF, "trap number", regs.trapno);
	expect(regs.err == (L4_PF_WRITE | L4_PF_USER), "page-fault error code", regs.err);
	expect(regs.pfa == FORBIDDEN, "fault address", regs.pfa);
	expect(seen.reads == PAGES + 1, "number of read faults", seen.reads);
	expect(seen.writes == PAGES, "number of write faults", seen.writes);
	expect(seen.reports == PAGES + 1, "number of reports", seen.reports);
	expect(seen.refused == 1, "number of refused faults", seen.refused);
	for (unsigned i = 0; i < PAGES; i++)
		expect(*(l4_umword_t *)store[i] == 1000 + i, "what the task wrote", i);
	must(l4_error(l4_task_delete_obj(L4_BASE_TASK_CAP, task)), "delete the task");
	printf("pager: all right\n");
	exit(EXIT_SUCCESS);
}

int main(void)
{
	l4_utcb_t *u = l4_utcb();
	l4_cap_idx_t gate = cap_alloc();
	l4_msgtag_t tag;
	l4_umword_t label;

	for (unsigned i = 0; i < PAGES; i++)
		*(l4_umword_t *)store[i] = 100 + i;

	task = peer_task_create();
	peer_map(task, stack, sizeof(stack), L4_FPAGE_RW);
	must(l4_error(l4_factory_create_gate(L4_BASE_FACTORY_CAP, gate, L4_BASE_THREAD_CAP,
					     GATE_LABEL)),
	     "create a gate");
	peer_give_cap(task, gate, L4_BASE_PAGER_CAP);
	peer_thread_start(task, peer_utcb(0), L4_BASE_PAGER_CAP, second_task, stack, sizeof(stack));

	tag = l4_ipc_wait(u, &label, L4_IPC_NEVER);
	for (;;) {
		l4_msgtag_t answer;

		if (l4_msgtag_has_error(tag))
			must(l4_error_u(tag, u), "receive");
		expect((label & ~GATE_RIGHTS) == GATE_LABEL, "gate label", label);
		if (l4_msgtag_is_page_fault(tag))
			answer = page_fault(l4_utcb_mr_u(u)->mr);
		else if (l4_msgtag_is_exception(tag))
			exception(l4_utcb_exc_u(u));
		else
			answer = page_report(l4_utcb_mr_u(u)->mr);
		tag = l4_ipc_reply_and_wait(u, answer, &label, L4_IPC_SEND_TIMEOUT_0);
	}
}
