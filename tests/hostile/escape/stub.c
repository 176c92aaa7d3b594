/* SPDX-License-Identifier: MIT */
/*
 * The stub of untraced threads: it makes notifications and returns from signals, and a program can
 * make these calls, too, with frames of its own. What it gains must be what it could do anyway to
 * its own registers; what it loses, up to its host process, is its own. (What becomes of those that
 * the host may execute when memory is to be changed: hostile/offer.)
 */
#include "escape.h"

#include <l4/sys/consts.h>
#include <l4/sys/ipc.h>

#define STUB_NOTIFY (STUB + 0x9e)
#define STUB_SIGRETURN (STUB + 0xbe)
#define STUB_OFFER (STUB + 0x16e)
#define STUB_STEP (STUB + 0x1be)
#define SYS_IOCTL 16UL
#define NOTIF_SEND 0xc0182101UL
#define CELL 0x7ffffe000000UL
#define CELL_SIZE 8192UL
#define CELLS 4UL

/* The host's struct rt_sigframe without its first word: struct ucontext, siginfo. */
struct context {
	l4_umword_t flags, link, stack, stack_flags, stack_size;
	l4_umword_t r8_15[8], di, si, bp, bx, dx, ax, cx, sp, ip, eflags;
	l4_umword_t selectors, err, trapno, oldmask, cr2, fpstate, reserved[8];
	l4_umword_t mask;
	unsigned sig, error, code, pad;
	l4_umword_t address, more[13];
};

#define CONTEXT ((struct context *)(attempt_page + 1024))
#define SIGSYS 31
#define SIGSEGV 11
#define SIGBUS 7

/* A frame the host takes: it goes on with a mkdir, in the attempt's page. */
static struct context *frame(struct context *c)
{
	unsigned char *p = (unsigned char *)attempt_page;

	p[0] = 0x0f; /* syscall; ud2 */
	p[1] = 0x05;
	p[2] = 0x0f;
	p[3] = 0x0b;
	c->flags = 7;
	c->link = 0;
	c->stack = CELL;
	c->stack_flags = 1U << 31;
	c->stack_size = CELL_SIZE;
	c->ax = SYS_MKDIR;
	c->di = (l4_umword_t)escape_path;
	c->si = 0777;
	c->dx = 0;
	c->sp = (l4_umword_t)p + 1000;
	c->ip = (l4_umword_t)p;
	c->eflags = 0x202;
	c->selectors = 0x2b000000000033;
	c->fpstate = c->mask = 0;
	return c;
}

static void sigreturn(struct context *c)
{
	__asm__ volatile("mov %0, %%rsp; jmp *%1"
			 :
			 : "r"(c), "r"(STUB_SIGRETURN), "a"(SYS_RT_SIGRETURN), "d"(0UL), "S"(0UL)
			 : "memory");
}

void stub_return(l4_umword_t flags)
{
	struct context *c = frame(CONTEXT);

	c->eflags = flags;
	sigreturn(c);
}

/* All signals blocked: the call after that must end the process, not reach the host. */
void stub_return_mask(l4_umword_t mask)
{
	struct context *c = frame(CONTEXT);

	c->mask = mask;
	sigreturn(c);
}

static void report(l4_cap_idx_t to)
{
	l4_umword_t *mr = l4_utcb_mr()->mr;

	mr[0] = STOP_HARMLESS;
	l4_ipc_call(to, l4_utcb(), l4_msgtag(ATTEMPT_RESULT, 1, 0, 0), L4_IPC_NEVER);
}

/*
 * All signals blocked, in a call by the fast entry when the task is deleted. Everything has been
 * touched before, so that no page fault unblocks them.
 */
void stub_return_call(l4_umword_t mask)
{
	struct context *c = frame(CONTEXT);

	report(0x7f000); /* nobody */

	c->mask = mask;
	c->ip = (l4_umword_t)report;
	c->di = L4_BASE_PAGER_CAP;
	sigreturn(c);
}

/* Deaf and busy. */
void stub_return_deaf(l4_umword_t mask)
{
	struct context *c = frame(CONTEXT);

	c->mask = mask;
	attempt_page[0] = (char)0xeb; /* jmp . */
	attempt_page[1] = (char)0xfe;
	sigreturn(c);
}

/* The signal stack somewhere else; @flags 2: nowhere. */
void stub_return_stack(l4_umword_t stack)
{
	struct context *c = frame(CONTEXT);

	c->stack = stack;
	c->stack_flags = stack ? 0 : 2;
	sigreturn(c);
}

void stub_return_selectors(l4_umword_t selectors)
{
	struct context *c = frame(CONTEXT);

	c->selectors = selectors;
	sigreturn(c);
}

void stub_return_vectors(l4_umword_t fpstate)
{
	struct context *c = frame(CONTEXT);

	c->fpstate = fpstate;
	sigreturn(c);
}

/* Tells the kernel of a trap that was none, with registers that are not ours. */
static void notify(struct context *c)
{
	__asm__ volatile("mov %0, %%rsp; jmp *%1"
			 :
			 : "r"((l4_umword_t)c - 8), "r"(STUB_NOTIFY), "a"(24UL), "d"(c), "S"(0UL),
			   "D"(0UL)
			 : "memory", "r8", "r9", "r10");
}

void stub_notify(l4_umword_t context)
{
	notify((struct context *)context);
}

/* A frame where the kernel expects it: a trap by @sig at an address that is nowhere. */
void stub_notify_trap(l4_umword_t sig)
{
	struct context *c = frame((struct context *)CELL);

	c->sig = sig;
	c->code = 2;
	c->address = c->cr2 = 0x123456789000;
	c->trapno = 14;
	c->err = ~0UL;
	notify(c);
}

/* A system call made up, from the middle of nowhere. */
void stub_notify_call(l4_umword_t ip)
{
	struct context *c = frame((struct context *)CELL);

	c->sig = SIGSYS;
	c->code = 2;
	c->ip = c->cx = ip;
	notify(c);
}

/* A call that would change memory: all rights for the page at @at, which faulted, as we say. */
static void change(l4_umword_t from, l4_umword_t at)
{
	struct context *c = frame((struct context *)(CELL + 1024));

	c->sig = SIGSEGV;
	c->code = 2;
	c->address = c->cr2 = at;
	c->trapno = 14;
	c->err = 4;
	__asm__ volatile("mov %0, %%rsp; mov %6, %%r12; jmp *%1"
			 :
			 : "r"((l4_umword_t)c - 8), "r"(from), "a"(SYS_MPROTECT), "d"(7UL),
			   "S"(1UL + 1024 / 16), "D"(at), "r"(CELL)
			 : "memory", "r8", "r9", "r10", "r12");
}

void stub_offer(l4_umword_t at)
{
	change(STUB_OFFER, at);
}

void stub_take_step(l4_umword_t at)
{
	change(STUB_STEP, at);
}

/* As if it were called, with registers for a host call: what returns has made an L4 call. */
void stub_entry(l4_umword_t offset)
{
	__asm__ volatile(
		"lea 1f(%%rip), %%rcx; .rept 16; push %%rcx; .endr;"
		"mov %%rax, %%r12; xor %%r13d, %%r13d; xor %%r14d, %%r14d; xor %%r8d, %%r8d;"
		"mov %5, %%rbx; jmp *%0; .balign 16; 1: ud2"
		:
		: "r"(STUB + offset), "a"(SYS_MKDIR), "D"(escape_path), "S"(0777UL), "d"(0UL),
		  "r"(attempt_page + 8)
		: "memory", "rbx", "rcx", "r8", "r9", "r10", "r11", "r12", "r13", "r14");
}

/* Host calls of others, with registers to answer a notification by the listener of our process. */
void stub_listener(l4_umword_t offset)
{
	__asm__ volatile("lea 1f(%%rip), %%rcx; .rept 16; push %%rcx; .endr; jmp *%0; .balign 16;"
			 "1: ud2"
			 :
			 : "r"(STUB + offset), "a"(SYS_IOCTL), "D"(0UL), "S"(NOTIF_SEND),
			   "d"(attempt_page)
			 : "memory", "rcx", "r11");
}

/* All signal stacks are ours to write, with a stack pointer in the middle of them too. */
void stub_scribble(l4_umword_t value)
{
	for (l4_umword_t at = CELL; at < CELL + CELL_SIZE; at += sizeof(value))
		*(volatile l4_umword_t *)at = value;
	attempt_result(STOP_HARMLESS, value);
}

void stub_stack(l4_umword_t sp)
{
	__asm__ volatile("mov %0, %%rsp; syscall; ud2"
			 :
			 : "r"(sp), "a"(SYS_MKDIR), "D"(escape_path), "S"(0777UL), "d"(0UL)
			 : "memory", "rcx", "r11");
}

/* For as long as it may, over the frames of all other threads. */
void stub_scribble_all(l4_umword_t value)
{
	for (;; value = value * 6364136223846793005UL + 1)
		for (l4_umword_t at = CELL; at < CELL + CELLS * CELL_SIZE; at += sizeof(value))
			*(volatile l4_umword_t *)at = value;
}
