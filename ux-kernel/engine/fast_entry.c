// SPDX-License-Identifier: MIT
/* The fast entry. */
#include "fast_entry.h"

#include "../core/thread.h"
#include "decode.h"
#include "engine.h"
#include "frame.h"
#include "regs.h"
#include "step.h"
#include "stub.h"
#include "trap.h"

#include <l4/abi/consts.h>
#include <l4/abi/ux.h>
#include <sys/user.h>

#define FLAGS 0x202

_Static_assert(L4_UX_ENTRY == STUB_CODE + STUB_ENTRY_OFFSET, "address of the entry");

/* What the stub leaves on the program's stack. */
struct entry_save {
	uint64_t gs_base, fs_base, rbx, rbp, r12, r13, r14, r15, r10, ip;
};

/* What it loads, in this order; the last five words are for iretq. */
struct entry_block {
	uint64_t rbx, rbp, r12, r13, r14, r15, r10, r9, r8, rdi, rsi, rdx, rcx, r11, rax;
	uint64_t ip, cs, flags, sp, ss;
};

static struct entry_block *block_of(const struct frame *f)
{
	return (struct entry_block *)(f->memory + STUB_ENTRY_BLOCK_AT);
}

bool fast_entry_read(const struct fast_entry *n, struct frame *f, struct thread *t,
		     struct guest_stop *e)
{
	uint64_t sp = n->args[3];
	struct entry_save s;
	struct user_regs_struct h;

	if (t->alien || t->vcpu.in_user ||
	    decode_read(trap_space(t), sp, &s, sizeof(s), L4_FPAGE_R) != sizeof(s))
		return false;
	f->fs_base = s.fs_base;
	f->gs_base = s.gs_base;
	h = (struct user_regs_struct){
		.r15 = s.r15,
		.r14 = s.r14,
		.r13 = s.r13,
		.r12 = s.r12,
		.r11 = FLAGS,
		.r10 = s.r10,
		.r9 = n->args[5],
		.r8 = n->args[4],
		.rsi = n->args[1],
		.rbp = s.rbp,
		.rbx = s.rbx,
		.rdx = n->args[2],
		.rcx = s.ip, /* as `syscall` leaves it */
		.rax = n->args[0],
		.rip = s.ip,
		.eflags = FLAGS,
		.rsp = sp + sizeof(s),
	};
	frame_segments(f, &h);
	regs_from_host(t, &h);
	*e = (struct guest_stop){ .kind = STOPPED_BY_SYSCALL };
	return true;
}

uint64_t fast_entry_write(struct fast_entry *n, const struct frame *f, const struct thread *t)
{
	struct user_regs_struct h;

	regs_to_host(t, &h);
	if (!frame_has_segments(f, &h) || t->regs.cs == L4_USER_CS32)
		return 0;
	*block_of(f) = (struct entry_block){
		.rbx = h.rbx,
		.rbp = h.rbp,
		.r12 = h.r12,
		.r13 = h.r13,
		.r14 = h.r14,
		.r15 = h.r15,
		.r10 = h.r10,
		.r9 = h.r9,
		.r8 = h.r8,
		.rdi = h.rdi,
		.rsi = h.rsi,
		.rdx = h.rdx,
		.rcx = h.rcx,
		.r11 = h.r11,
		.rax = h.rax,
		.ip = h.rip,
		.cs = h.cs,
		.flags = h.eflags,
		.sp = h.rsp,
		.ss = h.ss,
	};
	n->returning = true;
	return f->cell + STUB_ENTRY_BLOCK_AT;
}

void fast_entry_complete(struct fast_entry *n, const struct frame *f, struct thread *t,
			 struct guest_stop *e)
{
	const struct entry_block *b = block_of(f);
	uint64_t at = t->regs.ip - STUB_CODE;
	bool returning = n->returning;
	struct user_regs_struct h;

	n->returning = false;
	if (!returning ||
	    ((at < STUB_ENTRY_NOTIFY_OFFSET || at >= STUB_ENTRY_END_OFFSET) && !step_has(at)))
		return;
	h = (struct user_regs_struct){
		.r15 = b->r15,
		.r14 = b->r14,
		.r13 = b->r13,
		.r12 = b->r12,
		.r11 = b->r11,
		.r10 = b->r10,
		.r9 = b->r9,
		.r8 = b->r8,
		.rdi = b->rdi,
		.rsi = b->rsi,
		.rbp = b->rbp,
		.rbx = b->rbx,
		.rdx = b->rdx,
		.rcx = b->rcx,
		.rax = b->rax,
		.rip = b->ip,
		.cs = b->cs,
		.eflags = b->flags,
		.rsp = b->sp,
	};
	frame_segments(f, &h);
	regs_from_host(t, &h);
	e->kind = STOPPED_OTHERWISE; /* a trap there will come again, with the frame's flags */
}
