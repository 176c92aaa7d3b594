/* SPDX-License-Identifier: MIT */
/* The scheduler: parameters of run_thread, priorities, time slices, idle time, consumed time. */
#include "actor.h"
#include "tap.h"

#include <l4/sys/kip.h>
#include <l4/sys/scheduler.h>
#include <l4/sys/thread.h>

#define S L4_BASE_SCHEDULER_CAP
#define MAIN L4_BASE_THREAD_CAP
#define ANY_CPU (24UL << 24)

/* run_thread with everything spelled out. */
static long run(l4_cap_idx_t thread, unsigned words, l4_umword_t cpus, l4_umword_t map, long prio,
		l4_umword_t quantum)
{
	MR(0) = L4_SCHEDULER_RUN_THREAD_OP;
	MR(1) = cpus;
	MR(2) = map;
	MR(3) = (l4_umword_t)prio;
	MR(4) = quantum;
	MR(5) = MR(6) = 0;
	MR(words) = L4_ITEM_MAP;
	MR(words + 1) = l4_obj_fpage(thread, 0, L4_CAP_FPAGE_RWS).raw;
	return abi_invoke(S | L4_SYSF_CALL, TAG(L4_PROTO_SCHEDULER, words, 1), 0, 0).result;
}

static void set_prio(l4_cap_idx_t thread, long prio)
{
	run(thread, 5, ANY_CPU, 1, prio, 0);
}

static long class_form(unsigned words, long class, l4_umword_t length, l4_umword_t prio)
{
	MR(0) = L4_SCHEDULER_RUN_THREAD_OP;
	MR(1) = ANY_CPU;
	MR(2) = 1;
	MR(3) = (l4_umword_t) class;
	MR(4) = length;
	MR(5) = 0; /* quantum */
	MR(6) = prio;
	MR(words) = L4_ITEM_MAP;
	MR(words + 1) = l4_obj_fpage(ACTOR(0), 0, L4_CAP_FPAGE_RWS).raw;
	return abi_invoke(S | L4_SYSF_CALL, TAG(L4_PROTO_SCHEDULER, words, 1), 0, 0).result;
}

static void parameters(void)
{
	actor_start(0, actor_stop);
	tap_is(run(ACTOR(0), 4, ANY_CPU, 1, 2, 0), -L4_EINVAL, "run_thread of four words");
	tap_is(abi_call(S, L4_PROTO_SCHEDULER, 5, L4_SCHEDULER_RUN_THREAD_OP, ANY_CPU, 1),
	       -L4_EINVAL, "run_thread without a thread");
	tap_is(run(L4_BASE_TASK_CAP, 5, ANY_CPU, 1, 2, 0), -L4_EINVAL, "run_thread of a task");
	tap_is(run(ACTOR(0), 5, ANY_CPU, 1, 0, 0), -L4_EINVAL, "priority 0");
	tap_is(run(ACTOR(0), 5, ANY_CPU, 1, 1, 0), 0, "priority 1");
	tap_is(run(ACTOR(0), 5, ANY_CPU, 1, 255, 0), 0, "priority 255");
	tap_is(run(ACTOR(0), 5, ANY_CPU, 1, 256, 0), 0, "priority 256 is no error");
	tap_is(run(ACTOR(0), 5, ANY_CPU, 1, 10, 1), 0, "a quantum of 1 us");
	tap_is(run(ACTOR(0), 5, ANY_CPU, 0, 10, 0), 0, "an empty set of CPUs");
	tap_is(run(ACTOR(0), 5, 0xffUL << 24, 1, 10, 0), 0, "a granularity beyond the largest");
	tap_is(class_form(7, -1, 48, 10), 0, "the form with a class");
	tap_is(class_form(7, -1, 40, 10), -L4_EINVAL, "whose length is too small");
	tap_is(class_form(5, -1, 48, 10), -L4_EINVAL, "or greater than the message");
	tap_is(class_form(7, -1, 48, 0), -L4_EINVAL, "with priority 0");
	tap_is(class_form(7, -7, 48, 10), -L4_ERANGE, "with an unknown class");
	actor_end(0);
}

static void info(void)
{
	tap_is(abi_call(S, L4_PROTO_SCHEDULER, 2, L4_SCHEDULER_INFO_OP, 0, 0), 0, "info");
	tap_is((long)MR(0) & 1, 1, "there is a first CPU");
	tap_ok((long)MR(1) > 0, "and a limit of CPUs");
	tap_is((long)MR(2), 2, "the one class is that of fixed priorities");
	tap_is(abi_call(S, L4_PROTO_SCHEDULER, 2, L4_SCHEDULER_INFO_OP, MR(1), 0), -L4_ERANGE,
	       "info from the limit on");
	tap_is(abi_call(S, L4_PROTO_SCHEDULER, 2, L4_SCHEDULER_INFO_OP, ANY_CPU, 0), 0,
	       "info, coarse");
	tap_is((long)MR(0), 1, "all CPUs are one bit");
	tap_is(abi_call(S, L4_PROTO_SCHEDULER, 1, L4_SCHEDULER_INFO_OP, 0, 0), -L4_EMSGTOOSHORT,
	       "info of one word");
	tap_is(abi_call(S, L4_PROTO_SCHEDULER, 0, 0, 0, 0), -L4_EMSGTOOSHORT, "no operation");
}

static void idle_time(void)
{
	l4_umword_t before;

	tap_is(abi_call(S, L4_PROTO_SCHEDULER, 2, L4_SCHEDULER_IDLE_TIME_OP, ANY_CPU, 1),
	       -L4_EMSGTOOSHORT, "idle time of two words");
	tap_is(abi_call(S, L4_PROTO_SCHEDULER, 3, L4_SCHEDULER_IDLE_TIME_OP, ANY_CPU, 0),
	       -L4_EINVAL, "idle time of no CPU");
	tap_is(abi_call(S, L4_PROTO_SCHEDULER, 3, L4_SCHEDULER_IDLE_TIME_OP, ANY_CPU, 1), 0,
	       "idle time");
	before = MR(0);
	l4_ipc_sleep((l4_timeout_t){ TIMEOUT_50MS & 0xffff });
	abi_call(S, L4_PROTO_SCHEDULER, 3, L4_SCHEDULER_IDLE_TIME_OP, ANY_CPU, 1);
	tap_ok(MR(0) - before > 20000 && MR(0) - before < 2000000, "grows while everybody sleeps");
}

static volatile unsigned long counts[3];
static volatile unsigned order[8], steps;

static void count0(void)
{
	for (;;)
		counts[0]++;
}

static void count1(void)
{
	for (;;)
		counts[1]++;
}

static void step0(void)
{
	order[steps++ & 7] = 1;
	actor_stop();
}

static void step1(void)
{
	order[steps++ & 7] = 2;
	actor_stop();
}

/* Threads that do not run before we wait. */
static void prepare(unsigned n, void (*entry)(void), long prio)
{
	actor_create(n, L4_BASE_PAGER_CAP, MAIN);
	set_prio(ACTOR(n), prio);
	l4_thread_ex_regs(ACTOR(n), (l4_addr_t)entry, actor_stack(n), 0);
}

/* Our priority is the higher: how long others take is the machine's affair. */
static void step_to(unsigned n)
{
	for (unsigned i = 0; i < 100 && steps < n; i++)
		tap_settle();
}

static void priorities(void)
{
	set_prio(MAIN, 100);
	steps = 0;
	prepare(0, step0, 20);
	prepare(1, step1, 30);
	tap_is(steps, 0, "threads of lower priority do not run");
	step_to(2);
	tap_is(steps, 2, "they do when we wait");
	tap_is(order[0], 2, "the higher of them first");
	actor_end(0);
	actor_end(1);
	steps = 0;
	prepare(0, step0, 20);
	prepare(1, step1, 20);
	set_prio(ACTOR(0), 19);
	step_to(2);
	tap_is(order[0], 2, "a changed priority counts");
	actor_end(0);
	actor_end(1);
	counts[0] = counts[1] = 0;
	prepare(0, count0, 20);
	prepare(1, count1, 21);
	l4_ipc_sleep((l4_timeout_t){ TIMEOUT_50MS & 0xffff });
	tap_is((long)counts[0], 0, "who computes starves lower priorities");
	tap_ok(counts[1] > 1000, "and runs itself");
	actor_end(0);
	actor_end(1);
	set_prio(MAIN, 1);
}

static void slices(void)
{
	l4_umword_t a, b;

	set_prio(MAIN, 100);
	counts[0] = counts[1] = 0;
	prepare(0, count0, 20);
	prepare(1, count1, 20);
	run(ACTOR(0), 5, ANY_CPU, 1, 20, 2000);
	run(ACTOR(1), 5, ANY_CPU, 1, 20, 2000);
	for (unsigned i = 0; i < 8; i++)
		l4_ipc_sleep((l4_timeout_t){ TIMEOUT_50MS & 0xffff });
	tap_ok(counts[0] > 1000 && counts[1] > 1000, "equal priorities take turns");
	abi_call(ACTOR(0), L4_PROTO_THREAD, 1, L4_THREAD_STATS_OP, 0, 0);
	a = MR(0);
	abi_call(ACTOR(1), L4_PROTO_THREAD, 1, L4_THREAD_STATS_OP, 0, 0);
	b = MR(0);
	tap_ok(a > 50000 && b > 50000 && a + b < 2000000, "the times they have consumed");
	tap_ok(a < 3 * b && b < 3 * a, "equal quanta are equal shares");
	actor_end(0);
	actor_end(1);
	set_prio(MAIN, 1);
}

static void without_cpu(void)
{
	steps = 0;
	abi_create(L4_PROTO_THREAD, ACTOR(0));
	l4_thread_control_start();
	l4_thread_control_pager(L4_BASE_PAGER_CAP);
	l4_thread_control_bind((l4_utcb_t *)ACTOR_UTCB(0), L4_BASE_TASK_CAP);
	l4_thread_control_commit(ACTOR(0));
	l4_thread_ex_regs(ACTOR(0), (l4_addr_t)step0, actor_stack(0), 0);
	tap_settle();
	tap_is(steps, 0, "a thread without a CPU does not run");
	set_prio(ACTOR(0), 2);
	tap_settle();
	tap_is(steps, 1, "it does once it has one");
	actor_end(0);
}

static const struct tap_group groups[] = {
	{ "parameters", parameters }, { "info", info },     { "idle-time", idle_time },
	{ "priorities", priorities }, { "slices", slices }, { "without-cpu", without_cpu },
};

TAP_MAIN("abi-sched")
