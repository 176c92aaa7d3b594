/* SPDX-License-Identifier: MIT */
/*
 * Faults. A thread of another task touches a page it does not have, again and again, and raises
 * exceptions; this thread is its pager and exception handler. Three round trips are measured:
 *
 *	pagefault_map    in the faulting thread: fault, message, answer with a page, go on
 *	pagefault_nomap  in the pager: an empty answer, upon which the thread faults again
 *	exception        in the faulting thread: trap, message with 26 registers, answer with all
 *			 of them and another instruction pointer, go on
 */
#include "pingpong.h"
#include "stats.h"

#include "common/peer.h"

#include <l4/sys/consts.h>
#include <l4/sys/err.h>
#include <l4/sys/factory.h>
#include <l4/sys/ipc.h>
#include <l4/sys/task.h>
#include <l4/util/rdtsc.h>

#define WINDOW 0x20000000UL
#define GATE_LABEL 0xaa0UL
#define GATE_RIGHTS 3UL
#define FAULT_BITS 7UL
#define VALUE 0x1234UL

/* Labels of the faulting thread's own messages; word 0: cycles, word 1: what it read. */
enum phase { PHASE_MAP = 1, PHASE_NOMAP, PHASE_EXCEPTION };

static char stack[L4_PAGESIZE] __attribute__((aligned(L4_PAGESIZE)));
static l4_umword_t page[L4_PAGESIZE / sizeof(l4_umword_t)] __attribute__((aligned(L4_PAGESIZE)));

/* Tells the cycles, and learns which phase comes next. */
static enum phase report(enum phase phase, l4_umword_t cycles, l4_umword_t value)
{
	l4_umword_t *mr = l4_utcb_mr()->mr;
	l4_msgtag_t tag = l4_msgtag(phase, 2, 0, 0);

	mr[0] = cycles;
	mr[1] = value;
	tag = l4_ipc_call(L4_BASE_PAGER_CAP, l4_utcb(), tag, L4_IPC_NEVER);
	return (enum phase)l4_msgtag_label(tag);
}

/* In the other task. */
static void faulter(void)
{
	enum phase phase = PHASE_MAP;

	for (;;) {
		l4_cpu_time_t start = l4_rdtsc();
		l4_umword_t value = 0;

		if (phase == PHASE_EXCEPTION)
			__asm__ volatile("ud2" : "+a"(value));
		else
			value = *(volatile l4_umword_t *)WINDOW;
		phase = report(phase, l4_rdtsc() - start, value);
	}
}

static l4_msgtag_t answer_page(void)
{
	l4_msgtag_t tag = l4_msgtag(0, 0, 0, 0);

	l4_sndfpage_add(l4_fpage((l4_addr_t)page, L4_PAGESHIFT, L4_FPAGE_RO),
			l4_map_control(WINDOW, 0, L4_MAP_ITEM_MAP), &tag);
	return tag;
}

static void check_fault(l4_msgtag_t tag, const l4_umword_t *mr)
{
	check(l4_msgtag_label(tag), (l4_umword_t)L4_PROTO_PAGE_FAULT, "label of the fault");
	check(mr[0] & ~FAULT_BITS, WINDOW, "fault address");
	check(mr[0] & FAULT_BITS, 0, "fault bits");
}

/* The faulting thread is waiting for the answer to a message: @answer is it. */
static l4_msgtag_t next(l4_msgtag_t answer)
{
	l4_utcb_t *u = l4_utcb();
	l4_umword_t label = 0;
	l4_msgtag_t tag = l4_ipc_reply_and_wait(u, answer, &label, L4_IPC_NEVER);

	if (l4_msgtag_has_error(tag))
		must(l4_error_u(tag, u), "answer and wait");
	check(label & ~GATE_RIGHTS, GATE_LABEL, "gate label");
	return tag;
}

static l4_msgtag_t map_rounds(l4_msgtag_t tag, unsigned rounds, enum phase then)
{
	l4_umword_t *mr = l4_utcb_mr()->mr;

	for (unsigned i = 0; i < rounds; i++) {
		check_fault(tag, mr);
		tag = next(answer_page());
		check(l4_msgtag_label(tag), PHASE_MAP, "label of the report");
		check(mr[1], VALUE, "value read from the page");
		stats_add(mr[0]);
		must(l4_error(l4_task_unmap(L4_BASE_TASK_CAP,
					    l4_fpage((l4_addr_t)page, L4_PAGESHIFT, L4_FPAGE_RWX),
					    L4_FP_OTHER_SPACES)),
		     "unmap the page");
		tag = next(l4_msgtag(i + 1 < rounds ? PHASE_MAP : then, 0, 0, 0));
	}
	stats_print("pagefault_map");
	return tag;
}

static l4_msgtag_t nomap_rounds(l4_msgtag_t tag, unsigned rounds, enum phase then)
{
	l4_umword_t *mr = l4_utcb_mr()->mr;

	stats_reset();
	for (unsigned i = 0; i < rounds; i++) {
		l4_cpu_time_t start = l4_rdtsc();

		check_fault(tag, mr);
		tag = next(l4_msgtag(0, 0, 0, 0));
		stats_add(l4_rdtsc() - start);
	}
	check_fault(tag, mr);
	tag = next(answer_page());
	check(l4_msgtag_label(tag), PHASE_NOMAP, "label of the report");
	check(mr[1], VALUE, "value read from the page");
	stats_print("pagefault_nomap");
	return next(l4_msgtag(then, 0, 0, 0));
}

static void exception_rounds(l4_msgtag_t tag, unsigned rounds)
{
	l4_exc_regs_t *r = l4_utcb_exc();
	l4_umword_t *mr = l4_utcb_mr()->mr;

	stats_reset();
	for (unsigned i = 0; i < rounds; i++) {
		check(l4_msgtag_label(tag), (l4_umword_t)L4_PROTO_EXCEPTION,
		      "label of the exception");
		check(l4_msgtag_words(tag), L4_UTCB_EXCEPTION_REGS_SIZE, "words of the exception");
		check(r->trapno, L4_TRAP_UD, "trap number");
		check(r->rax, 0, "rax");
		r->rax = VALUE + i;
		r->ip += 2;
		tag = next(l4_msgtag(0, L4_UTCB_EXCEPTION_REGS_SIZE, 0, 0));
		check(l4_msgtag_label(tag), PHASE_EXCEPTION, "label of the report");
		check(mr[1], VALUE + i, "register set by the handler");
		stats_add(mr[0]);
		tag = next(l4_msgtag(PHASE_EXCEPTION, 0, 0, 0));
	}
	stats_print("exception");
}

void measure_faults(unsigned rounds)
{
	l4_cap_idx_t task = peer_task_create(), gate = cap_alloc();
	l4_umword_t label;
	l4_msgtag_t tag;

	page[0] = VALUE;
	peer_map(task, stack, sizeof(stack), L4_FPAGE_RW);
	must(l4_error(l4_factory_create_gate(L4_BASE_FACTORY_CAP, gate, L4_BASE_THREAD_CAP,
					     GATE_LABEL)),
	     "create a gate");
	peer_give_cap(task, gate, L4_BASE_PAGER_CAP);
	peer_thread_start(task, peer_utcb(0), L4_BASE_PAGER_CAP, faulter, stack, sizeof(stack));

	stats_reset();
	tag = l4_ipc_wait(l4_utcb(), &label, L4_IPC_NEVER);
	tag = map_rounds(tag, pingpong_rounds("pagefault_map", rounds), PHASE_NOMAP);
	tag = nomap_rounds(tag, pingpong_rounds("pagefault_nomap", rounds), PHASE_EXCEPTION);
	exception_rounds(tag, pingpong_rounds("exception", rounds));
	must(l4_error(l4_task_delete_obj(L4_BASE_TASK_CAP, task)), "delete the task");
}
