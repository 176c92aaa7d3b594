/* SPDX-License-Identifier: MIT */
/* Who runs when: donated time slices, preemption, time slices that end. */
#include "actor.h"
#include "tap.h"

#include <l4/sys/factory.h>
#include <l4/sys/kip.h>
#include <l4/sys/scheduler.h>
#include <l4/sys/semaphore.h>
#include <l4/sys/thread.h>

#define MAIN L4_BASE_THREAD_CAP
#define SEM SLOT(0)
#define MAIN_PRIO 20
#define ALL_CPUS (24UL << 24)
#define NO_DONATION 0x2000UL

/* The order in which things happened, a digit each. */
static volatile long order;

static void happened(int what)
{
	order = order * 10 + what;
}

/* Lets others run until that much has happened; a busy host may need its time. */
static void settle_until(long expected)
{
	for (unsigned i = 0; i < 200 && order < expected; i++)
		tap_settle();
}

static l4_uint64_t now(void)
{
	return l4_kip_clock(l4_kip());
}

static long run(l4_cap_idx_t thread, long prio, l4_umword_t quantum)
{
	l4_sched_param_t p = l4_sched_param((unsigned)prio, quantum);

	return l4_error(l4_scheduler_run_thread(L4_BASE_SCHEDULER_CAP, thread, &p));
}

static volatile unsigned partner_flags;

/* Takes messages, and answers when told to. */
static void server(void)
{
	struct answer a = abi_invoke(L4_INVALID_CAP | L4_SYSF_WAIT, 0, 0, 0);

	for (;;) {
		happened(2);
		a = abi_invoke(L4_INVALID_CAP | partner_flags, 0, a.label, 0);
	}
}

static void bystander(void)
{
	abi_invoke(L4_INVALID_CAP | L4_SYSF_WAIT, 0, 0, 0);
	for (;;) {
		happened(3);
		abi_invoke(L4_INVALID_CAP | L4_SYSF_WAIT, 0, 0, 0);
	}
}

static void actor_at(unsigned n, void (*entry)(void), long prio)
{
	actor_start(n, entry);
	tap_settle(); /* to where it waits */
	tap_settle();
	run(ACTOR(n), prio, 0);
	order = 0;
}

static void actors_end(void)
{
	actor_end(0);
	actor_end(1);
	tap_settle();
}

/* We are above both; the bystander becomes able to run before we call the server. */
static void donation(void)
{
	l4_umword_t send = TAG(0, 0, 0);

	run(MAIN, MAIN_PRIO, 0);
	partner_flags = L4_SYSF_REPLY_AND_WAIT;
	actor_at(0, server, 5);
	actor_at(1, bystander, 10);
	abi_invoke(ACTOR(1) | L4_SYSF_SEND, send, 0, 0);
	abi_invoke(ACTOR(0) | L4_SYSF_CALL, send, 0, 0);
	happened(1);
	tap_is(order, 21, "a call gives its time slice: the called one runs before higher ones");
	settle_until(213);
	tap_is(order, 213, "who was able to run meanwhile comes after that");
	order = 0;
	abi_invoke(ACTOR(1) | L4_SYSF_SEND, send, 0, 0);
	abi_invoke(ACTOR(0) | L4_SYSF_CALL, send | NO_DONATION, 0, 0);
	happened(1);
	tap_is(order, 321, "without donation priorities decide");
	order = 0;
	partner_flags = L4_SYSF_WAIT;
	abi_invoke(ACTOR(0) | L4_SYSF_SEND, send, 0, 0);
	happened(1);
	settle_until(12);
	tap_is(order, 12, "a mere send donates nothing");
	actors_end();
}

static void preemption(void)
{
	l4_umword_t send = TAG(0, 0, 0);

	run(MAIN, MAIN_PRIO, 0);
	actor_at(1, bystander, MAIN_PRIO + 1);
	abi_invoke(ACTOR(1) | L4_SYSF_SEND, send, 0, 0);
	happened(1);
	tap_is(order, 31, "a receiver of higher priority runs at once");
	run(ACTOR(1), MAIN_PRIO, 0);
	order = 0;
	abi_invoke(ACTOR(1) | L4_SYSF_SEND, send | NO_DONATION, 0, 0);
	happened(1);
	tap_is(order, 31, "one of the same priority, too");
	run(ACTOR(1), MAIN_PRIO - 1, 0);
	order = 0;
	abi_invoke(ACTOR(1) | L4_SYSF_SEND, send, 0, 0);
	happened(1);
	settle_until(13);
	tap_is(order, 13, "one of lower priority waits");
	actor_end(1);
	tap_settle();
}

static volatile long turns[2];
static volatile int stop;

static void spin(unsigned n)
{
	volatile long *other = &turns[1 - n];

	while (!stop) {
		long seen = *other;

		turns[n]++;
		while (!stop && *other == seen)
			;
	}
	actor_stop();
}

static void spinner0(void)
{
	spin(0);
}

static void spinner1(void)
{
	spin(1);
}

static void slices(void)
{
	l4_uint64_t used0, used1, idle;

	run(MAIN, MAIN_PRIO, 0);
	stop = 0;
	actor_create(0, L4_BASE_PAGER_CAP, MAIN);
	actor_create(1, L4_BASE_PAGER_CAP, MAIN);
	run(ACTOR(0), 10, 2000);
	run(ACTOR(1), 10, 2000);
	l4_thread_ex_regs(ACTOR(0), (l4_addr_t)spinner0, actor_stack(0), 0);
	l4_thread_ex_regs(ACTOR(1), (l4_addr_t)spinner1, actor_stack(1), 0);
	for (unsigned i = 0; i < 40 && (turns[0] < 4 || turns[1] < 4); i++)
		abi_invoke(L4_INVALID_CAP | L4_SYSF_RECV, 0, 0, TIMEOUT_50MS);
	stop = 1;
	tap_settle();
	tap_ok(turns[0] > 3 && turns[1] > 3, "peers take turns when their time slices end");
	abi_call(ACTOR(0), L4_PROTO_THREAD, 1, L4_THREAD_STATS_OP, 0, 0);
	used0 = MR(0);
	abi_call(ACTOR(1), L4_PROTO_THREAD, 1, L4_THREAD_STATS_OP, 0, 0);
	used1 = MR(0);
	tap_ok(used0 > 2000 && used1 > 2000, "both have used time");
	tap_ok(used0 + used1 < 4000000, "and not more than there was");
	actors_end();
	abi_call(L4_BASE_SCHEDULER_CAP, L4_PROTO_SCHEDULER, 3, L4_SCHEDULER_IDLE_TIME_OP, ALL_CPUS,
		 1);
	idle = MR(0);
	abi_invoke(L4_INVALID_CAP | L4_SYSF_RECV, 0, 0, TIMEOUT_50MS);
	tap_is(abi_call(L4_BASE_SCHEDULER_CAP, L4_PROTO_SCHEDULER, 3, L4_SCHEDULER_IDLE_TIME_OP,
			ALL_CPUS, 1),
	       0, "idle time");
	tap_ok(MR(0) - idle > 10000, "grows while we sleep");
}

static void own_time(void)
{
	l4_uint64_t begin = now(), used;

	abi_call(MAIN, L4_PROTO_THREAD, 1, L4_THREAD_STATS_OP, 0, 0);
	used = MR(0);
	while (now() - begin < 20000)
		;
	tap_is(abi_call(MAIN, L4_PROTO_THREAD, 1, L4_THREAD_STATS_OP, 0, 0), 0, "our own time");
	tap_ok(MR(0) - used >= 5000, "counts while we run");
}

static void upper(void)
{
	MR(0) = L4_SEMAPHORE_OP_DOWN;
	abi_invoke(SEM | L4_SYSF_CALL, TAG(L4_PROTO_SEMAPHORE, 1, 0), 0, 0);
	happened(3);
	actor_stop();
}

static void changes(void)
{
	run(MAIN, MAIN_PRIO, 0);
	abi_create(L4_PROTO_SEMAPHORE, SEM);
	actor_at(1, upper, 10);
	l4_semaphore_up(SEM);
	happened(1);
	run(ACTOR(1), MAIN_PRIO + 1, 0);
	happened(2);
	settle_until(100);
	tap_ok(order == 132 || order == 123, "raising a priority lets a thread run");
	actor_end(1);
	tap_settle();
	abi_create(L4_PROTO_SEMAPHORE, SEM);
	actor_at(1, upper, MAIN_PRIO + 1);
	l4_semaphore_up(SEM);
	happened(1);
	tap_is(order, 31, "a semaphore wakes who is above at once");
	actor_end(1);
	tap_settle();
}

static const struct tap_group groups[] = {
	{ "donation", donation }, { "preemption", preemption }, { "slices", slices },
	{ "own time", own_time }, { "changes", changes },
};

TAP_MAIN("abi-turns")
