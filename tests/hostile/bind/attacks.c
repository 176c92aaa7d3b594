/* SPDX-License-Identifier: MIT */
/*
 * A server that lies: it lets its user task go without waiting for it, writes what it likes over
 * its slots, waits for nobody and cannot be woken. The kernel, and who else is there, must not
 * feel it; what the server loses is its user's vector state, or its own process.
 */
#include "bind.h"

#include "common/peer.h"

#include <l4/sys/consts.h>
#include <l4/sys/err.h>
#include <l4/sys/task.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CAP_INFO ((l4_umword_t)L4_PROTO_TASK << 16 | 2)

static l4_umword_t fake[SLOT_SIZE / 8];

static volatile l4_umword_t *slot(unsigned n)
{
	return (l4_umword_t *)(TABLE + n * SLOT_SIZE);
}

static void cap_info(void)
{
	l4_umword_t *mr = l4_utcb_mr()->mr;

	mr[0] = L4_TASK_CAP_INFO_OP;
	mr[1] = L4_BASE_TASK_CAP;
}

/*
 * Lets the user go, and waits on a descriptor that there is not: two of us run, then. What follows
 * is a call.
 */
_Noreturn static void let_go_and(l4_cap_idx_t dest, l4_umword_t tag)
{
	volatile l4_umword_t *answer = (l4_umword_t *)ANSWER;

	memset(fake, 0, sizeof(fake));
	*(unsigned *)((char *)fake + SLOT_FD) = FD + SLOTS - 1;
	answer[0] = slot(0)[SLOT_ID / 8];
	answer[1] = 0;
	bind_jump(STUB_SEND, (l4_umword_t[]){ (l4_umword_t)fake, FD, CMD_SEND, ANSWER,
					      dest | L4_SYSF_CALL, tag });
}

static void let_go(void)
{
	cap_info();
	let_go_and(L4_BASE_TASK_CAP, CAP_INFO);
}

static void let_go_and_call(void)
{
	let_go_and(ticker_thread, (l4_umword_t)WATCH << 16);
}

static void both_run(void)
{
	l4_umword_t before;

	bind_now();
	V->r.ip = (l4_umword_t)user_spins;
	check(bind_try(let_go), "a server that does not wait for its user ends up in the stub");
	before = *counter;
	spin_a_while();
	check(*counter == before, "the user was stopped when the server entered the kernel");
	user_at(user_calls);
	check(!run_user(BY_KERNEL) && V->r.trapno == L4_TRAP_SYSCALL, "both go on");
}

/* Two that the kernel cannot stop at once: one does not hear it, of the other it is told lies. */
static void two_run(void)
{
	struct signal_context *c;
	l4_cap_idx_t first;

	bind_now();
	first = user_task;
	bind_another();
	must(slot(1)[0] == STATE_ADDR ? 0 : -L4_EINVAL, "be bound twice");
	c = (struct signal_context *)(slot(0)[SLOT_FRAME / 8] + sizeof(l4_umword_t));
	c->mask = ~0UL;
	c->ip = (l4_umword_t)user_spins;
	slot(1)[SLOT_ID / 8] = 1;
	slot(1)[SLOT_CONTEXT / 8] = 0;
	user_ran = false;
	check(bind_try(let_go_and_call), "a server lets a deaf user go, and lies about another");
	check(!user_ran, "neither of them runs while the server's other thread does");
	must(l4_error(l4_task_delete_obj(L4_BASE_TASK_CAP, first)), "delete the first one");
	user_at(user_calls);
	check(!run_user(BY_KERNEL) && V->r.trapno == L4_TRAP_SYSCALL, "the other one goes on");
}

/* Whether the server sees registers of a user in the cell of slot 0. */
static bool sees_registers(void)
{
	const l4_umword_t *cell = (const l4_umword_t *)slot(0)[SLOT_CELL / 8];

	for (unsigned i = 0; i < CELL_SIZE / sizeof(*cell); i++)
		if (cell[i] == USER_R13)
			return true;
	return false;
}

/* A process that is gone leaves its cells to the next one, which may be anybody's. */
static void no_user(void)
{
	bind_now();
	check(sees_registers(), "a server sees the registers of its user");
	slot(0)[SLOT_ID / 8] = 1;
	slot(0)[SLOT_CONTEXT / 8] = 0;
	/* At any entry the kernel looks into the slot, and makes the user a new process. */
	l4_task_cap_valid(L4_BASE_TASK_CAP, user_task);
	user_at(user_calls);
	check(!run_user(BY_KERNEL), "its user goes on in another process");
	check(!sees_registers(), "of which it sees nothing before they are bound");
}

static unsigned next(unsigned *seed)
{
	*seed = *seed * 1103515245 + 12345;
	return *seed >> 16;
}

/*
 * Anything in the slots, and a resume through either way. But for the pointers to the user's cell:
 * with them the stub's code, which is only our own, would kill us.
 */
static void scribble(void)
{
	unsigned seed = 1, upcalls = 0;
	l4_umword_t here = 0, frame = 0;

	for (unsigned i = 0; i < 300; i++) {
		unsigned char *p = (unsigned char *)TABLE;

		if (!(i % 10)) {
			bind_now();
			here = slot(0)[SLOT_CELL / 8];
			frame = slot(0)[SLOT_FRAME / 8];
		}
		for (unsigned k = 0; k < 1 + i % 40; k++)
			p[next(&seed) % (i & 1 ? SLOT_SIZE : SLOTS * SLOT_SIZE)] = next(&seed);
		slot(0)[SLOT_CELL / 8] = here;
		slot(0)[SLOT_FRAME / 8] = frame;
		if (i & 2)
			slot(0)[0] = STATE_ADDR;
		if (i & 4)
			slot(0)[1] = user_task >> L4_CAP_SHIFT;
		user_at(user_calls);
		upcalls += !run_user(i % 3 ? BY_STUB : BY_KERNEL);
	}
	check(upcalls > 0, "slots full of nonsense harm nobody");
	user_at(user_calls);
	check(!run_user(BY_KERNEL), "user code runs after that");
}

static l4_umword_t target, target_slot;

static void jump_there(void)
{
	cap_info();
	V->state = L4_VCPU_F_EXCEPTIONS | L4_VCPU_F_PAGE_FAULTS;
	bind_jump(target, (l4_umword_t[]){ target_slot, FD, CMD_RECV, TABLE + SLOT_ID + 24,
					   L4_BASE_TASK_CAP | L4_SYSF_CALL, CAP_INFO });
}

/* Each instruction of the stub's resume, with a slot that is one and one that is none. */
static void jumps(void)
{
	unsigned ended = 0;

	for (unsigned at = 0x300; at < 0x8f0; at++) {
		/* There it would sleep, since nobody runs that it could wait for. */
		if (at >= 0x53e && at <= 0x55e)
			continue;
		if (!(at % 16))
			bind_now();
		target = STUB + at;
		target_slot = at & 1 ? TABLE : (l4_umword_t)fake;
		memset(fake, 0, sizeof(fake));
		*(unsigned *)((char *)fake + SLOT_FD) = FD + SLOTS - 1;
		user_at(user_calls);
		ended += bind_try(jump_there);
	}
	printf("bind: %u jumps ended with an exception\n", ended);
	check(ended > 0, "jumps into the stub's resume harm nobody");
}

/* Of the host's signal frame, as much as matters. */
struct signal_context deaf_context(void)
{
	return (struct signal_context){
		.flags = 7,
		.stack = CELLS,
		.stack_flags = 1U << 31,
		.stack_size = 8192,
		.eflags = 0x202,
		.selectors = 0x2b000000000033,
		.mask = ~0UL,
	};
}

static struct signal_context context;

/* No signal reaches us any more, and we wait for a user that sleeps. */
static void sleep_deaf(void)
{
	context = deaf_context();
	context.ax = 16;
	context.di = FD;
	context.si = CMD_RECV;
	context.dx = TABLE + SLOT_ID + 24;
	context.bx = (l4_umword_t)fake;
	context.sp = (l4_umword_t)fake + sizeof(fake);
	context.ip = STUB_RECV;
	bind_deafen((l4_umword_t)&context);
}

static void deaf(void)
{
	bind_now();
	check(bind_try(sleep_deaf), "a server that sleeps and cannot be woken loses its process");
	user_at(user_calls);
	check(!run_user(BY_STUB) && V->r.trapno == L4_TRAP_SYSCALL, "and goes on in another one");
}

/* We let the user go, and are ended by the host at our next trap, of which nobody can be told. */
static void let_go_and_end(void)
{
	volatile l4_umword_t *answer = (l4_umword_t *)ANSWER;

	memset(fake, 0, sizeof(fake));
	*(unsigned *)((char *)fake + SLOT_FD) = FD + SLOTS - 1;
	answer[0] = slot(0)[SLOT_ID / 8];
	answer[1] = 0;
	context = deaf_context();
	context.ax = 16;
	context.di = FD;
	context.si = CMD_SEND;
	context.dx = ANSWER;
	context.bx = (l4_umword_t)fake;
	context.ip = STUB_SEND;
	bind_deafen((l4_umword_t)&context);
}

static void ended(bool frames)
{
	l4_umword_t before;

	bind_now();
	if (frames)
		((struct signal_context *)(slot(0)[SLOT_FRAME / 8] + sizeof(l4_umword_t)))->ip =
			(l4_umword_t)user_spins;
	check(bind_try(let_go_and_end), "a server that lets its user go loses its process");
	before = *counter;
	spin_a_while();
	check(*counter == before, "its user does not run while the kernel believes it asleep");
	user_at(user_calls);
	check(!run_user(BY_STUB) && V->r.trapno == L4_TRAP_SYSCALL, "and goes on with it");
}

static void deleted(void)
{
	bind_now();
	must(l4_error(l4_task_delete_obj(L4_BASE_TASK_CAP, user_task)), "delete the user task");
	check(run_user(BY_STUB) != 0, "a deleted user task does not run any more");
	bind_try(let_go);
	check(run_user(BY_KERNEL) != 0, "whatever the server does");
}

void attacks(bool frames)
{
	both_run();
	if (frames) {
		two_run();
		no_user();
	}
	scribble();
	jumps();
	deaf();
	ended(frames);
	deleted();
}
