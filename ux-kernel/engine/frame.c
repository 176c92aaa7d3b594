// SPDX-License-Identifier: MIT
/* Signal frames. */
#define _GNU_SOURCE
#include "frame.h"

#include "../core/arch.h"
#include "../core/thread.h"
#include "engine.h"
#include "fpu.h"
#include "regs.h"
#include "stub.h"

#include <errno.h>
#include <l4/abi/consts.h>
#include <string.h>
#include <sys/user.h>

#define FLAGS_NOT_IN_FRAME 0x204000UL /* ID and NT: rt_sigreturn leaves them alone */
#define UC_FLAGS 7UL                  /* all the host knows: vector state, ss as it is */
#define VSYSCALL_PAGE 0xffffffffff600000UL
#define SECCOMP_TRAPPED 1
#define SYSCALL_LEN 2
#define DISPATCHED 2

/* The host's struct rt_sigframe, with its struct ucontext and struct sigcontext. */
struct sigframe {
	uint64_t return_address;
	uint64_t uc_flags, uc_link;
	uint64_t stack_base;
	uint32_t stack_flags, stack_pad;
	uint64_t stack_size;
	uint64_t r8, r9, r10, r11, r12, r13, r14, r15, di, si, bp, bx, dx, ax, cx, sp, ip, flags;
	uint16_t cs, gs, fs, ss;
	uint64_t err, trapno, oldmask, cr2, fpstate;
	uint64_t reserved[8];
	uint64_t mask;
	union {
		siginfo_t info;
		struct {
			uint64_t selectors, fs_base, gs_base, flags;
		} load;
	};
};

_Static_assert(offsetof(struct sigframe, err) == STUB_FRAME_ERR, "error code");
_Static_assert(offsetof(struct sigframe, trapno) == STUB_FRAME_TRAPNO, "vector");
_Static_assert(offsetof(struct sigframe, cr2) == STUB_FRAME_CR2, "address of a fault");
_Static_assert(offsetof(struct sigframe, load.selectors) == STUB_LOAD_SELECTORS, "selectors");
_Static_assert(offsetof(struct sigframe, load.fs_base) == STUB_LOAD_FS_BASE, "fs base");
_Static_assert(offsetof(struct sigframe, load.gs_base) == STUB_LOAD_GS_BASE, "gs base");
_Static_assert(offsetof(struct sigframe, load.flags) == STUB_LOAD_FLAGS, "flags");
_Static_assert(sizeof(siginfo_t) == 128, "siginfo");
_Static_assert(offsetof(struct sigframe, fpstate) == 232, "known to stub_bind.S");

/* Parts of a vector state in the standard format. */
#define FP_MXCSR 24
#define FP_MXCSR_MASK 28
#define FP_SW 464 /* the host's words: magic, extended size, features, size */
#define FP_SW_FEATURES 472
#define FP_SW_SIZE 480
#define FP_SW_END 512
#define FP_BV 512
#define FP_COMPACT 520
#define FP_HEADER_END 576
#define FP_MAGIC1 0x46505853U
#define FP_MAGIC2_SIZE 4 /* behind the state */
#define MXCSR_MASK_DEFAULT 0xffbfU

static uint32_t fp_size;
static uint64_t fp_features;

static struct sigframe *host_frame(const struct frame *f)
{
	return (struct sigframe *)(f->memory + f->at);
}

static uint32_t word32(const void *area, size_t at)
{
	uint32_t v;

	memcpy(&v, (const char *)area + at, sizeof(v));
	return v;
}

static uint64_t word64(const void *area, size_t at)
{
	uint64_t v;

	memcpy(&v, (const char *)area + at, sizeof(v));
	return v;
}

int frame_open(struct frame *f, uint64_t context, uint64_t selectors, uint64_t fs_base,
	       uint64_t gs_base)
{
	uint64_t at = context - offsetof(struct sigframe, uc_flags) - f->cell;

	f->at = f->fp = 0;
	if (at > STUB_CELL_SIZE - sizeof(struct sigframe) || (context & 15))
		return -EFAULT;
	f->at = at;
	f->flags = host_frame(f)->flags;
	at = host_frame(f)->fpstate - f->cell;
	if (at >= f->at + sizeof(struct sigframe) && at < STUB_CELL_SIZE - fp_size && !(at & 63))
		f->fp = at;
	f->selectors = selectors;
	f->fs_base = fs_base;
	f->gs_base = gs_base;
	return 0;
}

uint64_t frame_ip(const struct frame *f)
{
	return host_frame(f)->ip;
}

/*
 * Of a direct call (direct.h) seccomp lets the numbers pass that the host's own trampolines for
 * probes use; from elsewhere they raise SIGILL, with no number left.
 */
static bool is_call(const siginfo_t *si)
{
	if (si->si_signo == SIGILL)
		return si->si_code == SI_KERNEL;
	return si->si_signo == SIGSYS &&
	       (si->si_code == DISPATCHED ||
		(si->si_code == SECCOMP_TRAPPED && (uint64_t)si->si_call_addr < VSYSCALL_PAGE));
}

bool frame_is_call(const struct frame *f)
{
	return is_call(&host_frame(f)->info);
}

/* The host takes some numbers of calls for results that say to repeat one, and goes back to it. */
static uint64_t ip_of(const struct sigframe *s)
{
	return s->info.si_signo == SIGSYS && is_call(&s->info) ? (uint64_t)s->info.si_call_addr
							       : s->ip;
}

static void read_reason(const struct sigframe *s, struct guest_stop *e)
{
	e->si = s->info;
	e->has_error = s->trapno == L4_TRAP_PF;
	e->error = s->err;
	if (e->si.si_code <= 0) /* sent by somebody: not for the guest */
		e->kind = STOPPED_OTHERWISE;
	else if (is_call(&e->si))
		e->kind = STOPPED_BY_SYSCALL;
	else
		e->kind = STOPPED_BY_TRAP;
}

void frame_segments(const struct frame *f, struct user_regs_struct *h)
{
	h->fs_base = f->fs_base;
	h->gs_base = f->gs_base;
	h->ds = f->selectors & 0xffff;
	h->es = f->selectors >> 16 & 0xffff;
	h->fs = f->selectors >> 32 & 0xffff;
	h->gs = f->selectors >> 48;
}

static uint64_t selectors_of(const struct user_regs_struct *h)
{
	return h->ds | h->es << 16 | h->fs << 32 | h->gs << 48;
}

bool frame_has_segments(const struct frame *f, const struct user_regs_struct *h)
{
	return selectors_of(h) == f->selectors && h->fs_base == f->fs_base &&
	       h->gs_base == f->gs_base;
}

void frame_read(const struct frame *f, struct thread *t, struct guest_stop *e)
{
	const struct sigframe *s = host_frame(f);
	struct user_regs_struct h = {
		.r15 = s->r15,
		.r14 = s->r14,
		.r13 = s->r13,
		.r12 = s->r12,
		.r11 = s->r11,
		.r10 = s->r10,
		.r9 = s->r9,
		.r8 = s->r8,
		.rdi = s->di,
		.rsi = s->si,
		.rbp = s->bp,
		.rbx = s->bx,
		.rdx = s->dx,
		.rcx = s->cx,
		.rax = s->ax,
		.rip = ip_of(s),
		.eflags = s->flags,
		.rsp = s->sp,
		.cs = s->cs,
	};

	frame_segments(f, &h);
	read_reason(s, e);
	regs_from_host(t, &h);
}

void frame_make_call(const struct frame *f, uint64_t ip)
{
	struct sigframe *s = host_frame(f);

	if (s->info.si_code != SI_TKILL || s->ip != ip - SYSCALL_LEN)
		return;
	s->ip = s->cx = ip; /* as `syscall` leaves it */
	s->r11 = s->flags;
	s->info.si_signo = SIGSYS;
	s->info.si_code = DISPATCHED;
	s->info.si_call_addr = (void *)ip;
}

int frame_write(const struct frame *f, const struct thread *t)
{
	struct sigframe *s = host_frame(f);
	struct user_regs_struct h;

	regs_to_host(t, &h);
	s->r15 = h.r15;
	s->r14 = h.r14;
	s->r13 = h.r13;
	s->r12 = h.r12;
	s->r11 = h.r11;
	s->r10 = h.r10;
	s->r9 = h.r9;
	s->r8 = h.r8;
	s->di = h.rdi;
	s->si = h.rsi;
	s->bp = h.rbp;
	s->bx = h.rbx;
	s->dx = h.rdx;
	s->cx = h.rcx;
	s->ax = h.rax;
	s->ip = h.rip;
	s->flags = h.eflags;
	s->sp = h.rsp;
	s->cs = h.cs;
	s->ss = h.ss;
	s->uc_flags = UC_FLAGS;
	s->stack_base = f->cell;
	s->stack_flags = STUB_STACK_FLAGS;
	s->stack_size = STUB_CELL_SIZE;
	s->mask = 0;
	s->fpstate = f->fp ? f->cell + f->fp : 0;
	if (frame_has_segments(f, &h) && !((h.eflags ^ f->flags) & FLAGS_NOT_IN_FRAME))
		return STUB_ANSWER_RETURN;
	s->load.selectors = selectors_of(&h);
	s->load.fs_base = h.fs_base;
	s->load.gs_base = h.gs_base;
	s->load.flags = (h.eflags & FLAGS_NOT_IN_FRAME) | 0x202;
	return STUB_ANSWER_LOAD;
}

int frame_fpu_init(const struct frame *f)
{
	const struct sigframe *s = host_frame(f);
	uint64_t at = s->fpstate - f->cell;
	const char *area = f->memory + at;

	if (fp_size)
		return 0;
	if (at >= STUB_CELL_SIZE - FP_HEADER_END || word32(area, FP_SW) != FP_MAGIC1)
		return -ENOTSUP;
	fp_size = word32(area, FP_SW_SIZE);
	fp_features = word64(area, FP_SW_FEATURES);
	if (fp_size < FP_HEADER_END || fp_size > arch_fpu_size() || at + fp_size > STUB_CELL_SIZE) {
		fp_size = 0;
		return -ENOTSUP;
	}
	return 0;
}

int frame_fpu_read(const struct frame *f, void *area)
{
	const char *from = f->memory + f->fp;

	if (!f->fp)
		from = fpu_initial();
	memset(area, 0, arch_fpu_size());
	memcpy(area, from, fp_size);
	memset((char *)area + FP_SW, 0, FP_SW_END - FP_SW);
	return 0;
}

/* What the processor checks when it loads a state. */
static bool is_valid(const void *area)
{
	uint32_t mask = word32(fpu_initial(), FP_MXCSR_MASK);

	if (word32(area, FP_MXCSR) & ~(mask ? mask : MXCSR_MASK_DEFAULT))
		return false;
	if (word64(area, FP_BV) & ~fp_features)
		return false;
	for (size_t at = FP_COMPACT; at < FP_HEADER_END; at += 8)
		if (word64(area, at))
			return false;
	return true;
}

int frame_fpu_write(const struct frame *f, const void *area)
{
	char *to = f->memory + f->fp;

	if (!is_valid(area))
		return -EINVAL;
	if (!f->fp)
		return -EFAULT;
	memcpy(to, area, FP_SW);
	memcpy(to + FP_SW_END, (const char *)area + FP_SW_END, fp_size - FP_SW_END);
	return 0;
}

int frame_forget(const struct frame *f)
{
	int e = frame_fpu_write(f, fpu_initial());
	size_t end = f->fp + fp_size + FP_MAGIC2_SIZE;

	if (e)
		return e;
	memset(f->memory, 0, f->fp);
	if (end < STUB_CELL_SIZE)
		memset(f->memory + end, 0, STUB_CELL_SIZE - end);
	return 0;
}
