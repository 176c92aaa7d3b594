/* SPDX-License-Identifier: MIT */
/*
 * Tries to reach the host. A second task, which shares nothing but a page with us, makes one
 * attempt after another: host system calls by every entry instruction, mode switches, jumps into
 * the stub and the vsyscall page, forged flags, addresses and segment bases. Its exceptions and
 * page faults come to us; each attempt ends with one of them, or with a system call that had the
 * meaning an L4 system call has, or by running into its time limit. We print one line for each.
 * Whether the host saw anything is checked from outside (check.py).
 *
 *	l4ux run escape [TIMES]
 */
#include "escape.h"

#include <l4/sys/consts.h>
#include <l4/sys/err.h>
#include <l4/sys/factory.h>
#include <l4/sys/kip.h>
#include <l4/sys/scheduler.h>
#include <l4/sys/task.h>
#include <l4/sys/thread.h>
#include <l4/ux/init.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TASK 0x20000UL
#define THREAD 0x21000UL
#define GATE 0x22000UL
#define SECOND_THREAD 0x23000UL
#define STACK_SIZE 1024
#define LIMIT_US 2000000
#define RACE_US 500000
#define LIMIT_FAULTS 64

extern const char __executable_start[], edata[];

static unsigned made;

static void must(l4_msgtag_t tag, const char *what)
{
	long e = l4_error(tag);

	if (e >= 0)
		return;
	printf("escape: cannot %s: %ld\n", what, e);
	exit(EXIT_FAILURE);
}

static void share(const char *from, const char *to, unsigned rights)
{
	for (const char *p = from; p < to; p += L4_PAGESIZE) {
		(void)*(const volatile char *)p;
		must(l4_task_map(TASK, L4_BASE_TASK_CAP,
				 l4_fpage((l4_addr_t)p, L4_PAGESHIFT, rights),
				 l4_map_control((l4_addr_t)p, 0, L4_MAP_ITEM_MAP)),
		     "map a page");
	}
}

/* The top of the stack of thread @n, and what it is to do. */
static struct attempt_args *args_of(unsigned n)
{
	l4_addr_t top = (l4_addr_t)attempt_page + ATTEMPT_SIZE - n * STACK_SIZE;

	return (struct attempt_args *)(top - sizeof(struct attempt_args));
}

static void thread_start(l4_cap_idx_t thread, unsigned n, void (*run)(l4_umword_t), l4_umword_t arg)
{
	l4_sched_param_t p = l4_sched_param(2, 1000);

	*args_of(n) = (struct attempt_args){ run, arg };
	must(l4_factory_create_thread(L4_BASE_FACTORY_CAP, thread), "create a thread");
	l4_thread_control_start();
	l4_thread_control_pager(L4_BASE_PAGER_CAP);
	l4_thread_control_exc_handler(L4_BASE_PAGER_CAP);
	l4_thread_control_bind((l4_utcb_t *)(L4_INIT_UTCB_ADDR + n * L4_UTCB_OFFSET), TASK);
	must(l4_thread_control_commit(thread), "bind the thread");
	must(l4_thread_ex_regs(thread, (l4_addr_t)attempt_entry, (l4_addr_t)args_of(n), 0),
	     "start it");
	must(l4_scheduler_run_thread(L4_BASE_SCHEDULER_CAP, thread, &p), "let it run");
}

static void attempt_start(void (*run)(l4_umword_t), l4_umword_t arg)
{
	l4_fpage_t area = l4_fpage(L4_INIT_UTCB_ADDR, L4_PAGESHIFT, 0);

	memset(attempt_page, 0, ATTEMPT_SIZE);
	must(l4_factory_create_task(L4_BASE_FACTORY_CAP, TASK, &area), "create a task");
	share((const char *)((l4_addr_t)__executable_start & ~(L4_PAGESIZE - 1)), edata,
	      L4_FPAGE_RX);
	share(attempt_page, attempt_page + ATTEMPT_SIZE, L4_FPAGE_RWX);
	must(l4_factory_create_gate(L4_BASE_FACTORY_CAP, GATE, L4_BASE_THREAD_CAP, 0x40),
	     "create a gate");
	must(l4_task_map(TASK, L4_BASE_TASK_CAP, l4_obj_fpage(GATE, 0, L4_CAP_FPAGE_RWS),
			 l4_map_obj_control(L4_BASE_PAGER_CAP, L4_MAP_ITEM_MAP)),
	     "give the gate");
	must(l4_task_map(TASK, L4_BASE_TASK_CAP, l4_obj_fpage(TASK, 0, L4_CAP_FPAGE_RWS),
			 l4_map_obj_control(L4_BASE_TASK_CAP, L4_MAP_ITEM_MAP)),
	     "give the task itself");
	thread_start(THREAD, 0, run, arg);
}

static void attempt_end(void)
{
	l4_task_delete_obj(L4_BASE_TASK_CAP, TASK);
	l4_task_delete_obj(L4_BASE_TASK_CAP, THREAD);
	l4_task_delete_obj(L4_BASE_TASK_CAP, GATE);
}

/* The attempt shares our code at the same address, and its page is ours. */
static bool is_own_end(const l4_exc_regs_t *r)
{
	const unsigned char *p = (const unsigned char *)r->ip;

	if (r->trapno != L4_TRAP_UD ||
	    !((r->ip >= (l4_addr_t)__executable_start && r->ip < (l4_addr_t)edata) ||
	      (r->ip >= (l4_addr_t)attempt_page && r->ip < (l4_addr_t)attempt_page + ATTEMPT_SIZE)))
		return false;
	return p[0] == 0x0f && p[1] == 0x0b;
}

static enum stop stop_of_trap(unsigned long trap)
{
	switch (trap) {
	case L4_TRAP_DB:
		return STOP_DB;
	case L4_TRAP_BP:
		return STOP_BP;
	case L4_TRAP_UD:
		return STOP_UD;
	case L4_TRAP_NP:
	case L4_TRAP_SS:
		return STOP_SEGMENT;
	case L4_TRAP_GP:
		return STOP_GP;
	case L4_TRAP_PF:
		return STOP_PF;
	default:
		return STOP_OTHER;
	}
}

/* The first thing that stopped it; what it says itself is its own result. 0: nothing did. */
static enum stop attempt_watch(char *what, size_t size)
{
	l4_utcb_t *u = l4_utcb();
	l4_umword_t label, *mr = l4_utcb_mr_u(u)->mr;
	l4_kernel_clock_t end = l4_kip_clock(l4_kip()) + LIMIT_US;
	l4_timeout_t t = l4_timeout(L4_IPC_TIMEOUT_NEVER, l4_timeout_from_us(LIMIT_US));
	l4_msgtag_t tag = l4_ipc_wait(u, &label, t);
	unsigned faults = 0;

	for (;; faults++) {
		if (!l4_msgtag_has_error(tag) && l4_msgtag_is_exception(tag)) {
			l4_exc_regs_t *r = l4_utcb_exc_u(u);

			snprintf(what, size, "trap %lu, error 0x%lx, address 0x%lx, ip 0x%lx",
				 r->trapno, r->err, r->pfa, r->ip);
			return is_own_end(r) ? STOP_END : stop_of_trap(r->trapno);
		}
		if (l4_msgtag_has_error(tag) || l4_kip_clock(l4_kip()) > end) {
			snprintf(what, size, "ran until its time was up");
			return STOP_TIME;
		}
		if (l4_msgtag_label(tag) == ATTEMPT_RESULT) {
			snprintf(what, size, "%s 0x%lx",
				 mr[0] == STOP_CALL ? "an L4 call,"
				 : mr[0]            ? "went on,"
						    : "NOT STOPPED",
				 mr[1]);
			return mr[0];
		}
		if (!l4_msgtag_is_page_fault(tag) || faults == LIMIT_FAULTS) {
			snprintf(what, size, "message %ld", l4_msgtag_label(tag));
			return STOP_OTHER;
		}
		tag = l4_ipc_reply_and_wait(u, l4_msgtag(-L4_EFAULT, 0, 0, 0), &label, t);
	}
}

/* One entry of the table. Returns how many of its attempts nothing stopped that should have. */
static unsigned attempt_all(const struct attempt *a)
{
	unsigned failed = 0;

	for (l4_umword_t arg = a->first;; arg++) {
		enum stop stop;
		char what[96];

		attempt_start(a->run, arg);
		stop = attempt_watch(what, sizeof(what));
		attempt_end();
		printf("%s 0x%lx: %s\n", a->name, arg, what);
		made++;
		if (!(stop & a->stops)) {
			printf("escape: 0x%x, expected one of 0x%x\n", stop, a->stops);
			failed++;
		}
		if (arg == a->last)
			return failed;
	}
}

/*
 * Two threads of one task: the kernel maps one page after the other for the first, by way of the
 * stub, while the second jumps into the stub at every offset with registers of its own.
 */
static bool race(void)
{
	l4_utcb_t *u = l4_utcb();
	l4_umword_t label;
	l4_kernel_clock_t end = l4_kip_clock(l4_kip()) + RACE_US;
	l4_timeout_t t = l4_timeout(L4_IPC_TIMEOUT_NEVER, l4_timeout_from_us(LIMIT_US));
	unsigned long pages = 0, jumps = 0;
	l4_msgtag_t tag;

	attempt_start(attempt_touch, 0);
	thread_start(SECOND_THREAD, 1, attempt_stub, 0);
	tag = l4_ipc_wait(u, &label, t);
	while (!l4_msgtag_has_error(tag) && l4_kip_clock(l4_kip()) < end) {
		l4_msgtag_t answer = l4_msgtag(-L4_EFAULT, 0, 0, 0);
		l4_addr_t at = l4_utcb_mr_u(u)->mr[0] & ~(L4_PAGESIZE - 1);

		if (l4_msgtag_is_exception(tag)) {
			l4_exc_regs_t *r = l4_utcb_exc_u(u);

			jumps++;
			args_of(1)->arg = (jumps % 2 ? 0 : STUB_RUN) + jumps / 2 % STUB_BYTES;
			r->ip = (l4_addr_t)attempt_entry;
			r->sp = (l4_addr_t)args_of(1);
			answer = l4_msgtag(0, L4_UTCB_EXCEPTION_REGS_SIZE, 0, 0);
		} else if (at >= TOUCH_START && at < TOUCH_END) {
			pages++;
			answer = l4_msgtag(0, 0, 0, 0);
			l4_sndfpage_add(l4_fpage((l4_addr_t)attempt_page, L4_PAGESHIFT,
						 L4_FPAGE_RO),
					l4_map_control(at, 0, L4_MAP_ITEM_MAP), &answer);
		}
		tag = l4_ipc_reply_and_wait(u, answer, &label, t);
	}
	l4_task_delete_obj(L4_BASE_TASK_CAP, SECOND_THREAD);
	attempt_end();
	printf("%s: %lu pages mapped, %lu jumps: went on until its time was up\n", RACE_NAME, pages,
	       jumps);
	return pages > 100 && jumps > 100;
}

/*
 * Two threads again: one page after the other is mapped for the first, while the second writes
 * over the frame in which the first one's registers are. The first may be hit, the kernel not.
 */
static bool scribble(void)
{
	l4_utcb_t *u = l4_utcb();
	l4_umword_t label;
	l4_kernel_clock_t end = l4_kip_clock(l4_kip()) + RACE_US;
	l4_timeout_t t = l4_timeout(L4_IPC_TIMEOUT_NEVER, l4_timeout_from_us(LIMIT_US));
	unsigned long messages = 0;
	l4_msgtag_t tag;

	attempt_start(attempt_touch, 0);
	thread_start(SECOND_THREAD, 1, stub_scribble_all, 0);
	tag = l4_ipc_wait(u, &label, t);
	while (!l4_msgtag_has_error(tag) && l4_kip_clock(l4_kip()) < end) {
		l4_msgtag_t answer = l4_msgtag(-L4_EFAULT, 0, 0, 0);
		l4_addr_t at = l4_utcb_mr_u(u)->mr[0] & ~(L4_PAGESIZE - 1);

		messages++;
		if (l4_msgtag_is_exception(tag)) {
			l4_exc_regs_t *r = l4_utcb_exc_u(u);
			unsigned n = r->sp >= (l4_addr_t)args_of(1) - STACK_SIZE / 2 &&
				     r->sp <= (l4_addr_t)args_of(1);

			r->ip = (l4_addr_t)attempt_entry;
			r->sp = (l4_addr_t)args_of(n);
			answer = l4_msgtag(0, L4_UTCB_EXCEPTION_REGS_SIZE, 0, 0);
		} else if (at >= TOUCH_START && at < TOUCH_END) {
			answer = l4_msgtag(0, 0, 0, 0);
			l4_sndfpage_add(l4_fpage((l4_addr_t)attempt_page, L4_PAGESHIFT,
						 L4_FPAGE_RO),
					l4_map_control(at, 0, L4_MAP_ITEM_MAP), &answer);
		}
		tag = l4_ipc_reply_and_wait(u, answer, &label, t);
	}
	l4_task_delete_obj(L4_BASE_TASK_CAP, SECOND_THREAD);
	attempt_end();
	printf("%s: went on until its time was up\n", SCRIBBLE_NAME);
	return messages > 1;
}

int main(int argc, char **argv)
{
	unsigned long times = argc > 1 ? strtoul(argv[1], NULL, 10) : 1;
	unsigned failed = 0;

	if (l4_init_mem_alloc(ATTEMPT_ORDER, l4_fpage((l4_addr_t)attempt_page, ATTEMPT_ORDER, 0)) <
	    0) {
		printf("escape: no memory\n");
		return EXIT_FAILURE;
	}
	while (times--)
		for (const struct attempt *a = attempts; a->run; a++)
			failed += attempt_all(a);
	failed += !race();
	failed += !scribble();
	made += 2;
	if (failed)
		printf("escape: %u attempts were not stopped\n", failed);
	else
		printf("ok: %u attempts\n", made);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
