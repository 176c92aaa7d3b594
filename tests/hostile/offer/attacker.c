/* SPDX-License-Identifier: MIT */
/*
 * In the task that attacks. A thread of it does what its order says and calls the pager; what it
 * cannot do ends with a fault or an exception, after which the pager starts it again.
 */
#include "offer.h"

#include <l4/sys/consts.h>
#include <l4/sys/ipc.h>
#include <l4/sys/utcb.h>
#include <stdbool.h>

#define SIGSEGV 11
#define TRAP_PF 14
#define FLAG_TF 0x100
#define SYS_RT_SIGRETURN 15UL
#define STRING(x) #x
#define DIGITS(x) STRING(x)

/* The host's struct rt_sigframe without its first word: struct ucontext, siginfo. */
struct context {
	l4_umword_t flags, link, stack, stack_flags, stack_size;
	l4_umword_t r8, r9, r10_15[6], di, si, bp, bx, dx, ax, cx, sp, ip, eflags;
	l4_umword_t selectors, err, trapno, oldmask, cr2, fpstate, reserved[8];
	l4_umword_t mask;
	unsigned sig, error, code, pad;
	l4_umword_t address, more[13];
};

static unsigned number(void)
{
	return ((l4_addr_t)l4_utcb() & (L4_PAGESIZE - 1)) / L4_UTCB_OFFSET;
}

static void call_pager(long label)
{
	l4_ipc_call(GATE(number()), l4_utcb(), l4_msgtag(label, 0, 0, 0), L4_IPC_NEVER);
}

static void touch(const struct order *o)
{
	if (o->access == READ)
		(void)*(const volatile char *)o->at;
	else if (o->access == WRITE)
		*(volatile char *)o->at = 1;
	else
		((void (*)(void))o->at)();
}

static void forge_frame(const struct order *o)
{
	struct context *c = (struct context *)(o->cell + FRAME_AT);

	*c = (struct context){
		.flags = 7,
		.stack = o->cell,
		.stack_flags = 1U << 31,
		.stack_size = CELL_SIZE,
		.sp = o->stack,
		.ip = (l4_umword_t)attacker_touches,
		.eflags = 0x202,
		.selectors = 0x2b000000000033,
		.err = 4,
		.trapno = TRAP_PF,
		.cr2 = o->fault_at,
		.sig = SIGSEGV,
		.code = 1,
		.address = o->fault_at,
	};
}

static _Noreturn void enter_stub(l4_umword_t offset, l4_umword_t sp, l4_umword_t nr,
				 const struct order *o)
{
	__asm__ volatile("rdfsbase %%r8; rdgsbase %%r9; xor %%r10d, %%r10d;"
			 "mov %0, %%rsp; jmp *%1"
			 :
			 : "r"(sp), "r"(STUB + offset), "a"(nr), "D"(o->rdi), "S"(o->rsi),
			   "d"(o->rdx)
			 : "memory", "r8", "r9", "r10");
	__builtin_unreachable();
}

/* As the stub would, but for what the order says. Goes on in attacker_touches(), or stops. */
static _Noreturn void jump(const struct order *o)
{
	forge_frame(o);
	enter_stub(o->offset, o->cell + FRAME_AT - 8, o->nr, o);
}

/* The same by way of another frame, whose signals and signal stack are not as in the handler. */
static _Noreturn void jump_stepped(const struct order *o)
{
	struct context *c = (struct context *)(o->cell + WAY_AT);
	bool away = o->what == JUMP_STEPPED_AWAY;
	l4_umword_t fs_base, gs_base;

	forge_frame(o);
	__asm__("rdfsbase %0; rdgsbase %1" : "=r"(fs_base), "=r"(gs_base));
	*c = (struct context){
		.flags = 7,
		.stack = o->cell + (away ? AWAY : 0),
		.stack_flags = 1U << 31,
		.stack_size = CELL_SIZE,
		.r8 = fs_base,
		.r9 = gs_base,
		.di = o->rdi,
		.si = o->rsi,
		.dx = o->rdx,
		.ax = o->nr,
		.sp = o->cell + FRAME_AT - 8,
		.ip = STUB + o->offset,
		.eflags = 0x202 | FLAG_TF,
		.selectors = 0x2b000000000033,
	};
	enter_stub(STUB_SIGRETURN, (l4_umword_t)c, SYS_RT_SIGRETURN, o);
}

/* Traps after each instruction on the way in and back, also between what the stub is told. */
static void call_stepped(void)
{
	__asm__ volatile("pushf; orl $" DIGITS(FLAG_TF) ", (%%rsp); popf" : : : "cc", "memory");
	call_pager(WORK);
	__asm__ volatile("pushf; andl $~" DIGITS(FLAG_TF) ", (%%rsp); popf" : : : "cc", "memory");
}

_Noreturn void attacker_asks(void)
{
	for (;;) {
		struct order *o = &orders[number()];

		call_pager(ABLE);
		if (o->what == JUMP)
			jump(o);
		if (o->what == JUMP_STEPPED || o->what == JUMP_STEPPED_AWAY)
			jump_stepped(o);
		if (o->what == CALL)
			call_pager(WORK);
		if (o->what == CALL_STEPPED)
			call_stepped();
		touch(o);
	}
}

void attacker_touches(void)
{
	touch(&orders[number()]);
	attacker_asks();
}

static _Noreturn void begin(void)
{
	orders[number()].stack = ((l4_umword_t)__builtin_frame_address(0) & -16UL) - 8;
	attacker_asks();
}

void attacker_first(void)
{
	begin();
}

void attacker_second(void)
{
	begin();
}
