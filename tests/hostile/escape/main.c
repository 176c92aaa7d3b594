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
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TASK 0x20000UL
#define THREAD 0x21000UL
#define GATE 0x22000UL
#define LIMIT_US 20000
#define LIMIT_FAULTS 64

extern const char __executable_start[], edata[];

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

static void attempt_start(const struct attempt *a)
{
	l4_fpage_t area = l4_fpage(L4_INIT_UTCB_ADDR, L4_PAGESHIFT, 0);
	l4_sched_param_t p = l4_sched_param(2, 0);
	struct attempt_args *args = (struct attempt_args *)(attempt_page + ATTEMPT_SIZE) - 1;

	memset(attempt_page, 0, ATTEMPT_SIZE);
	args->run = a->run;
	args->arg = a->arg;
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
	must(l4_factory_create_thread(L4_BASE_FACTORY_CAP, THREAD), "create a thread");
	l4_thread_control_start();
	l4_thread_control_pager(L4_BASE_PAGER_CAP);
	l4_thread_control_exc_handler(L4_BASE_PAGER_CAP);
	l4_thread_control_bind((l4_utcb_t *)L4_INIT_UTCB_ADDR, TASK);
	must(l4_thread_control_commit(THREAD), "bind the thread");
	must(l4_thread_ex_regs(THREAD, (l4_addr_t)attempt_entry, (l4_addr_t)args, 0), "start it");
	must(l4_scheduler_run_thread(L4_BASE_SCHEDULER_CAP, THREAD, &p), "let it run");
}

static void attempt_end(void)
{
	l4_task_delete_obj(L4_BASE_TASK_CAP, TASK);
	l4_task_delete_obj(L4_BASE_TASK_CAP, THREAD);
	l4_task_delete_obj(L4_BASE_TASK_CAP, GATE);
}

/* The first thing that stopped it, as text; what it says itself is its own result. */
static int attempt_watch(const struct attempt *a)
{
	l4_utcb_t *u = l4_utcb();
	l4_umword_t label, *mr = l4_utcb_mr_u(u)->mr;
	l4_kernel_clock_t end = l4_kip_clock(l4_kip()) + LIMIT_US;
	l4_timeout_t t = l4_timeout(L4_IPC_TIMEOUT_NEVER, l4_timeout_from_us(LIMIT_US));
	l4_msgtag_t tag = l4_ipc_wait(u, &label, t);
	unsigned faults = 0;

	for (;; faults++) {
		if (l4_msgtag_has_error(tag) || l4_kip_clock(l4_kip()) > end) {
			printf("%s: ran until its time was up\n", a->name);
			return 0;
		}
		if (l4_msgtag_is_exception(tag)) {
			l4_exc_regs_t *r = l4_utcb_exc_u(u);

			printf("%s: trap %lu, error 0x%lx, address 0x%lx\n", a->name, r->trapno,
			       r->err, r->pfa);
			return 0;
		}
		if (l4_msgtag_label(tag) == ATTEMPT_RESULT) {
			printf("%s: %s 0x%lx\n", a->name, mr[0] ? "NOT STOPPED" : "an L4 call,",
			       mr[1]);
			return mr[0] != 0;
		}
		if (!l4_msgtag_is_page_fault(tag) || faults == LIMIT_FAULTS) {
			printf("%s: message %ld\n", a->name, l4_msgtag_label(tag));
			return 0;
		}
		tag = l4_ipc_reply_and_wait(u, l4_msgtag(-L4_EFAULT, 0, 0, 0), &label, t);
	}
}

int main(int argc, char **argv)
{
	unsigned long times = argc > 1 ? strtoul(argv[1], NULL, 10) : 1;
	int failed = 0;

	if (l4_init_mem_alloc(ATTEMPT_ORDER, l4_fpage((l4_addr_t)attempt_page, ATTEMPT_ORDER, 0)) <
	    0) {
		printf("escape: no memory\n");
		return EXIT_FAILURE;
	}
	while (times--)
		for (const struct attempt *a = attempts; a->run; a++) {
			attempt_start(a);
			failed += attempt_watch(a);
			attempt_end();
		}
	if (failed)
		printf("escape: %d attempts were not stopped\n", failed);
	else
		printf("ok\n");
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
