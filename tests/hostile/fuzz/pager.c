/* SPDX-License-Identifier: MIT */
/*
 * Pager and exception handler of the workers: gives them their code, their page, random pages of
 * a pool or nothing, and puts them back to their start after an exception. It also looks after who
 * keeps the main thread from running.
 */
#include "fuzz.h"

#include <l4/abi/init.h>
#include <l4/sys/consts.h>
#include <l4/sys/ipc.h>
#include <l4/sys/kip.h>
#include <l4/sys/scheduler.h>
#include <stdio.h>
#include <stdlib.h>

#define POOL 0x40000000UL  /* a large page, so that there is something to cut */
#define PATIENCE 1000000UL /* us */
#define LOOK_EVERY 100000U /* us */

extern const char __executable_start[], edata[];

unsigned long pager_faults, pager_exceptions;
volatile l4_kernel_clock_t main_was_here;

static struct fuzz z = { .seed = 12345 };

/* Memory from init, through its own protocol. */
void pager_init(void)
{
	l4_utcb_t *u = l4_utcb();
	l4_umword_t *mr = l4_utcb_mr_u(u)->mr;

	l4_ipc_rcv_window(l4_fpage(POOL, L4_SUPERPAGESHIFT, 0), u);
	mr[0] = L4_INIT_MEM_ALLOC_OP;
	mr[1] = L4_SUPERPAGESHIFT;
	if (l4_msgtag_label(
		    l4_ipc_kcall(L4_BASE_PAGER_CAP, l4_msgtag(L4_PROTO_UX_INIT, 2, 0, 0), u))) {
		printf("fuzz: no memory for the pool\n");
		exit(EXIT_FAILURE);
	}
}

static int ours(l4_addr_t a)
{
	return (a >= (l4_addr_t)worker_page && a < (l4_addr_t)worker_page + sizeof(worker_page)) ||
	       (a >= (l4_addr_t)__executable_start && a < (l4_addr_t)edata);
}

static l4_msgtag_t page_fault(l4_umword_t pfa)
{
	l4_msgtag_t tag = l4_msgtag(0, 0, 0, 0);
	l4_addr_t a = pfa & ~(L4_PAGESIZE - 1), from = a;
	unsigned rights = L4_FPAGE_RX, order = L4_PAGESHIFT;

	pager_faults++;
	if (!ours(a)) {
		if (fuzz_below(&z, 3) == 0)
			return l4_msgtag(-14, 0, 0, 0);
		from = POOL + (fuzz_below(&z, 512) << L4_PAGESHIFT);
		rights = fuzz_below(&z, 8);
		if (fuzz_below(&z, 8) == 0) {
			from = POOL;
			order = L4_SUPERPAGESHIFT;
		}
	} else if (a >= (l4_addr_t)worker_page) {
		rights = L4_FPAGE_RW;
	}
	l4_sndfpage_add(l4_fpage(from, order, rights), l4_map_control(a, 0, L4_MAP_ITEM_MAP), &tag);
	return tag;
}

/* Which worker it was, only its stack pointer tells; a lost one is sent to the first page. */
static l4_msgtag_t exception(l4_exc_regs_t *r)
{
	l4_addr_t page = r->sp & ~(L4_PAGESIZE - 1);

	pager_exceptions++;
	if (page < (l4_addr_t)worker_page || page >= (l4_addr_t)worker_page + sizeof(worker_page))
		page = (l4_addr_t)worker_page[fuzz_below(&z, WORKERS_MAX)];
	page -= (page - (l4_addr_t)worker_page) % WORKER_SIZE;
	r->ip = (l4_addr_t)worker_entry;
	r->sp = page + L4_PAGESIZE - sizeof(struct fuzz);
	r->flags = fuzz_below(&z, 8) ? 0x202 : fuzz_random(&z);
	return l4_msgtag(fuzz_below(&z, 4) == 0, L4_UTCB_EXCEPTION_REGS_SIZE, 0, 0);
}

/*
 * Workers share states after exceptions, and so what they send need not be what was thrown for it:
 * one may have got the highest priority for days. We wake up now and then, which preempts it.
 */
static bool look_after_main(void)
{
	l4_sched_param_t low = l4_sched_param(LOW_PRIO, 0);

	if (l4_kip_clock(l4_kip()) - main_was_here < PATIENCE)
		return false;
	for (unsigned i = 0; i < WORKERS_MAX; i++)
		l4_scheduler_run_thread(L4_BASE_SCHEDULER_CAP, THREAD(i), &low);
	return true;
}

void pager_entry(void)
{
	l4_timeout_t timeout = l4_timeout(L4_IPC_TIMEOUT_0, l4_timeout_from_us(LOOK_EVERY));
	l4_utcb_t *u = l4_utcb();
	l4_umword_t label;
	l4_msgtag_t tag = l4_ipc_wait(u, &label, timeout);

	for (;;) {
		l4_msgtag_t answer = l4_msgtag(0, 0, 0, 0);

		/* Nobody to answer to: a reply would fail and not wait. */
		if (l4_msgtag_has_error(tag)) {
			look_after_main();
			tag = l4_ipc_wait(u, &label, timeout);
			continue;
		}
		if (look_after_main()) /* the message is lost */
			answer = l4_msgtag(-14, 0, 0, 0);
		else if (l4_msgtag_is_page_fault(tag))
			answer = page_fault(l4_utcb_mr_u(u)->mr[0]);
		else if (l4_msgtag_is_exception(tag))
			answer = exception(l4_utcb_exc_u(u));
		tag = l4_ipc_reply_and_wait(u, answer, &label, timeout);
	}
}
