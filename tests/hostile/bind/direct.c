/* SPDX-License-Identifier: MIT */
/*
 * System calls of a bound user task that come in part (extension ux_direct_call): with their
 * arguments, answered, with all registers when they are asked for, whoever has taken the binding
 * meanwhile; and servers that try to have the host make the call, users that cannot be stopped.
 */
#include "bind.h"

#include "common/peer.h"

#include <l4/abi/ux.h>
#include <l4/sys/consts.h>
#include <l4/sys/err.h>
#include <l4/sys/task.h>
#include <stdio.h>
#include <string.h>

#define ROUNDS 1000
#define OTHERS (2 * SLOTS) /* however many are free, each slot goes to another user */
#define NUMBERS 600
#define PROBE_RETURN 335 /* uretprobe; uprobe is the next one */
#define CONTEXT_AT 1024  /* in the page that the user task may write */
#define FLAG_CONTINUE 1
#define ANSWER_FLAGS 20
#define BUSY ((l4_umword_t)-L4_EBUSY << 16)

static long call_op(l4_umword_t task)
{
	l4_umword_t *mr = l4_utcb_mr()->mr;

	mr[0] = L4_UX_THREAD_VCPU_CALL_OP;
	mr[1] = task;
	return (long)bind_run(V, (l4_umword_t)L4_PROTO_THREAD << 16 | 2, (l4_umword_t)bind_plain);
}

static bool is_partial(void)
{
	return V->r.trapno == L4_TRAP_SYSCALL && V->r.err == L4_UX_SYSCALL_PARTIAL;
}

static bool has_arguments(void)
{
	const l4_exc_regs_t *r = &V->r;

	return r->rax == USER_CALL_RAX && r->rdi == 0xd1d1 && r->rsi == 0x5151 &&
	       r->rdx == 0xd8d8 && r->r10 == 0xaaaa && r->r8 == 0x8888 && r->r9 == 0x9999 &&
	       r->ip == (l4_umword_t)user_direct_call;
}

static bool has_all(void)
{
	const l4_exc_regs_t *r = &V->r;

	return has_arguments() && r->trapno == L4_TRAP_SYSCALL && !r->err &&
	       r->rbx == (l4_umword_t)counter && r->r12 == 0x1212 && r->r13 == USER_R13 &&
	       r->r14 == 0x1414 && r->r15 == 0x1515 && r->rbp == 0xb9b9 &&
	       r->sp == 0x123456789ab8 && r->fs_base == 0xf5f5000 && (r->flags & 0x200);
}

static void start(const char *ip)
{
	user_at(ip);
	V->r.r12 = 0x1212;
	V->r.r14 = 0x1414;
}

static long answer(l4_umword_t result)
{
	V->r.rax = result;
	V->r.err = L4_UX_SYSCALL_PARTIAL;
	V->r.cs = L4_USER_CS64;
	V->r.ss = L4_USER_DS;
	return run_user(BY_STUB);
}

/* With all registers, as far as they are those of has_all(). */
static long put_back(l4_umword_t result)
{
	V->r.ip += 2;
	V->r.rax = result;
	V->r.cs = L4_USER_CS64;
	return run_user(BY_STUB);
}

/*
 * Ends the call, which has come in whichever way: the kernel may have come in between at any time.
 * Has the user's next stop, unless that is returned as 1: something was wrong.
 */
static long go_on(l4_umword_t result)
{
	long tag;

	if (V->r.trapno != L4_TRAP_SYSCALL)
		return run_user(BY_STUB);
	if (!is_partial())
		return has_all() ? put_back(result) : 1;
	tag = answer(result);
	if (tag != (long)BUSY)
		return tag;
	return !call_op(user_task) && has_all() ? put_back(result) : 1;
}

/* A bound user that sleeps in a call which has come in part. */
static void be_partial(const char *ip)
{
	bind_now();
	start(ip);
	must(run_user(BY_STUB) ? -L4_EINVAL : 0, "run");
	for (unsigned i = 0; i < 20 && !is_partial(); i++) {
		start(ip);
		must(run_user(BY_STUB) ? -L4_EINVAL : 0, "run");
	}
	must(is_partial() ? 0 : -L4_EINVAL, "take a call in part");
}

static void answers(void)
{
	l4_umword_t before, partial = 0;
	bool right = true;

	be_partial(user_direct);
	before = *counter;
	for (l4_umword_t i = 1; right && i <= ROUNDS; i++) {
		partial += is_partial();
		right = has_arguments() && !go_on(i << 40) && *counter == before + i &&
			counter[1] == i << 40;
	}
	check(right, "calls come with their arguments, answers with their result");
	check(partial > ROUNDS / 2, "and most of them in part");
	be_partial(user_direct);
	check(answer((l4_umword_t)-513) == (long)BUSY && !call_op(user_task) && has_all() &&
		      !put_back((l4_umword_t)-513) && counter[1] == (l4_umword_t)-513,
	      "a result that would have the host repeat the call goes the other way");
	be_partial(user_direct);
	check(!call_op(user_task) && has_all(), "all registers are there when they are needed");
	check(!call_op(user_task) && has_all(), "and once more");
	check(!put_back(7) && counter[1] == 7, "and can be put back");
	be_partial(user_direct);
	start(user_direct);
	V->r.rax = 8;
	check(!run_user(BY_STUB) && counter[1] == 8, "other registers can be, without looking");
}

static void refusals(void)
{
	be_partial(user_direct);
	check(call_op(L4_BASE_TASK_CAP) != 0, "a task that the vCPU does not run has no call");
	check(call_op(0x7f000) != 0, "nor has what is no task");
	check(!call_op(user_task) && has_all(), "the call is there as before");
	user_at(user_spins);
	tick(true);
	check(!run_user(BY_STUB) && V->r.trapno == L4_TRAP_VCPU_IPC, "an interrupt");
	tick(false);
	check(call_op(user_task) != 0, "a user that was interrupted is at no call");
	start(user_direct);
	run_user(BY_STUB);
	if (!V->r.err)
		check(answer(0) == (long)BUSY, "what has not come in part cannot be answered so");
}

/* Each call is answered once, whenever an interrupt comes. */
static void interrupted(void)
{
	l4_umword_t calls = 1, ticks = 0;
	bool right = true;

	be_partial(user_direct);
	*counter = 1;
	tick(true);
	while (right && (ticks < 200 || calls < 2000)) {
		right = !go_on(calls);
		if (V->r.trapno == L4_TRAP_VCPU_IPC) {
			right = right && V->r.r12 == 0x1212;
			ticks++;
			continue;
		}
		right = right && has_arguments() && counter[1] == calls && *counter == calls + 1;
		calls++;
	}
	tick(false);
	check(right, "200 interrupts lose no direct call and repeat none");
}

/*
 * Whatever the number, the host makes no call: all come to us, but for those of the host's probes,
 * of which one comes without its number, and newer hosts answer the other with an error.
 */
static void numbers(void)
{
	l4_umword_t direct_ones = 0;
	bool right = true;

	be_partial(user_direct);
	start(user_numbers);
	V->r.r14 = (l4_umword_t)-1;
	for (l4_umword_t nr = 0; right && nr < NUMBERS; nr++) {
		long tag = is_partial() ? answer(0) : run_user(BY_STUB);

		if (tag == (long)BUSY) {
			right = !call_op(user_task);
			V->r.ip += 2;
			V->r.cs = L4_USER_CS64;
			tag = run_user(BY_STUB);
		}
		if (V->r.rax == PROBE_RETURN + 2 && nr == PROBE_RETURN + 1)
			nr++;
		right = right && !tag && V->r.trapno == L4_TRAP_SYSCALL &&
			(V->r.rax == nr || nr == PROBE_RETURN);
		direct_ones += is_partial();
		if (is_partial() || !right)
			continue;
		V->r.ip += 2;
		V->r.cs = L4_USER_CS64;
	}
	check(right && direct_ones > NUMBERS / 2, "no number is a call that the host makes");
}

static void bind_others(l4_cap_idx_t others[OTHERS])
{
	l4_cap_idx_t first = user_task;

	for (unsigned i = 0; i < OTHERS; i++) {
		bind_another();
		others[i] = user_task;
	}
	user_task = first;
}

/* More users than bindings: the one that is bound no more still has its registers. */
static void evicted(void)
{
	l4_cap_idx_t others[OTHERS];

	be_partial(user_direct);
	bind_others(others);
	check(answer(1) == (long)BUSY, "a user that lost its binding cannot be answered");
	check(!call_op(user_task) && has_all(), "and has all its registers");
	for (unsigned i = 0; i < OTHERS; i++)
		must(l4_error(l4_task_delete_obj(L4_BASE_TASK_CAP, others[i])), "delete a task");
}

/* An answer with a flag would have the host make the user's call: getpid, here. */
static void continues(void)
{
	static const l4_umword_t places[] = { TABLE + SLOT_ID,      ANSWER - 4, ANSWER + 4,
					      ANSWER + (1UL << 32), 0,          ~0UL };
	l4_umword_t id;
	bool right = true;

	be_partial(user_direct);
	id = *(l4_umword_t *)(TABLE + SLOT_ID);
	for (unsigned i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		l4_umword_t before = *counter;

		*(l4_umword_t *)ANSWER = id;
		memset((void *)(ANSWER + 8), 0xff, 8);
		*(unsigned *)(TABLE + SLOT_ID + ANSWER_FLAGS) = FLAG_CONTINUE;
		V->r.err = L4_UX_SYSCALL_PARTIAL;
		right = right && bind_send(TABLE, places[i]) && *counter == before;
	}
	check(right, "an answer is taken from no other place");
	*(unsigned *)(TABLE + SLOT_ID + ANSWER_FLAGS) = 0;
	check(!call_op(user_task) && has_all(), "and no call is made by the host");
}

static void write_zeros(void)
{
	*(volatile unsigned *)(ANSWER + ANSWER_FLAGS) = FLAG_CONTINUE;
}

/* Calls of a user that hears no signal cannot be put off. */
static void deaf(const char *ip, const char *what)
{
	struct signal_context *c = (struct signal_context *)((char *)counter + CONTEXT_AT);

	be_partial(user_direct);
	*c = deaf_context();
	c->ip = (l4_umword_t)ip;
	c->bx = (l4_umword_t)counter;
	c->ax = USER_CALL_RAX;
	start(user_returns);
	V->r.r14 = (l4_umword_t)c;
	if (!run_user(BY_STUB) && is_partial())
		check(!call_op(user_task) && V->r.trapno == L4_TRAP_GP, what);
	else
		check(V->r.trapno == L4_TRAP_GP, what);
	start(user_direct);
	check(!run_user(BY_STUB) && V->r.trapno == L4_TRAP_SYSCALL, "and goes on in another one");
}

/* It returns with signals blocked, and calls. False: the kernel came in between, and ended it. */
static bool calls_deaf(void)
{
	struct signal_context *c = (struct signal_context *)((char *)counter + CONTEXT_AT);

	be_partial(user_direct);
	must(call_op(user_task) ? -L4_EINVAL : 0, "have all registers");
	*c = deaf_context();
	c->ip = (l4_umword_t)user_direct_call;
	c->bx = (l4_umword_t)counter;
	start(user_returns);
	V->r.r14 = (l4_umword_t)c;
	must(run_user(BY_STUB) ? -L4_EINVAL : 0, "run");
	return is_partial();
}

/* Bound no more, a deaf user goes on when its call is put off: not with memory that it has lost. */
static void keeps_memory(void)
{
	l4_cap_idx_t others[OTHERS];
	l4_umword_t before;
	bool calls = false;

	for (unsigned i = 0; !calls && i < 100; i++)
		calls = calls_deaf();
	must(calls ? 0 : -L4_EINVAL, "call, deaf");
	bind_others(others);
	before = *counter;
	l4_task_unmap(user_task, l4_fpage((l4_addr_t)counter, L4_PAGESHIFT, L4_FPAGE_RWX),
		      L4_FP_ALL_SPACES);
	check(!call_op(user_task) && V->r.trapno == L4_TRAP_GP && *counter == before,
	      "and, deaf, it has no memory that was taken since its call");
	for (unsigned i = 0; i < OTHERS; i++)
		must(l4_error(l4_task_delete_obj(L4_BASE_TASK_CAP, others[i])), "delete a task");
}

void direct(void)
{
	must(call_op(L4_INVALID_CAP) ? -L4_EINVAL : 0, "agree to direct calls");
	answers();
	refusals();
	interrupted();
	numbers();
	continues();
	check(bind_try(write_zeros), "what an answer may not say is read only");
	deaf(user_direct_call, "a deaf user that calls loses its process");
	deaf(user_call_spins, "and one that spins after its call");
	attacks(false);
	evicted();
	keeps_memory();
}
