// SPDX-License-Identifier: MIT
/* What strikes a thread that enters the kernel: its registers, its memory, its life. */
#include "../core/arch.h"
#include "../core/space.h"
#include "../core/task.h"
#include "../core/thread.h"
#include "interrupt.h"
#include "plan.h"

#include <l4/abi/consts.h>

#define BYTE 8U
#define WORD 64U

static uint64_t *register_of(l4_exc_regs_t *r, unsigned n)
{
	/* In the order of fault_register_names. */
	uint64_t *const at[FAULT_REGISTERS] = {
		&r->rax, &r->rbx, &r->rcx, &r->rdx, &r->rsi, &r->rdi, &r->rbp, &r->sp, &r->r8,
		&r->r9,  &r->r10, &r->r11, &r->r12, &r->r13, &r->r14, &r->r15, &r->ip, &r->flags,
	};

	return at[n % FAULT_REGISTERS];
}

static void flip_register(struct fault_plan *p, struct thread *t)
{
	uint64_t n = p->arg % ((uint64_t)FAULT_REGISTERS * WORD);

	*register_of(&t->regs, n / WORD) ^= 1UL << n % WORD;
	fault_fired(p, &t->obj, n);
}

/* The task whose memory and code @t executes in. */
static struct space *space_of(struct thread *t)
{
	return t->vcpu.in_user ? &t->vcpu.user_task->space : &t->task->space;
}

static bool is_ram(const struct mapping *m)
{
	return !(m->flags & MAPPING_KU) && !(m->pa & FRAME_DEVICE);
}

/* false: there is no memory at @addr. */
static bool flip_at(struct space *s, uint64_t addr, unsigned bit)
{
	struct mapping *m = space_next(s, addr, addr + 1);
	unsigned char *byte;

	if (!m || !is_ram(m))
		return false;
	byte = arch_ram(m->pa + (addr - m->va));
	if (!byte)
		return false;
	*byte ^= 1U << bit;
	return true;
}

/* Bits of memory in @s; with @n, instead, the address of bit @n counted from the lowest page. */
static uint64_t memory_bits(struct space *s, const uint64_t *n, uint64_t *addr)
{
	uint64_t bits = 0, at = 0;
	struct mapping *m;

	while ((m = space_next(s, at, UINT64_MAX))) {
		uint64_t size = order_size(m->order) * BYTE;

		if (is_ram(m)) {
			if (n && *n - bits < size) {
				*addr = m->va + (*n - bits) / BYTE;
				return bits;
			}
			bits += size;
		}
		at = m->va + order_size(m->order);
	}
	return bits;
}

static void flip_memory(struct fault_plan *p, struct thread *t)
{
	struct space *s = space_of(t);
	uint64_t addr = p->arg / BYTE, n, bits;

	if (!p->address) {
		bits = memory_bits(s, NULL, NULL);
		if (!bits)
			return;
		n = p->arg % bits;
		memory_bits(s, &n, &addr);
	}
	if (flip_at(s, addr, p->arg % BYTE))
		fault_fired(p, &t->obj, addr * BYTE + p->arg % BYTE);
}

static void flip_code(struct fault_plan *p, struct thread *t)
{
	uint64_t addr = t->regs.ip + p->arg / BYTE;

	if (flip_at(space_of(t), addr, p->arg % BYTE))
		fault_fired(p, &t->obj, addr * BYTE + p->arg % BYTE);
}

static void kill_object(struct fault_plan *p, struct kobj *o)
{
	fault_fired(p, o, 0);
	kobj_kill(o);
}

static void strike(struct fault_plan *p, struct thread *t)
{
	switch (p->point->effect) {
	case FAULT_REG_FLIP:
		flip_register(p, t);
		break;
	case FAULT_RAM_FLIP:
		flip_memory(p, t);
		break;
	case FAULT_CODE_FLIP:
		flip_code(p, t);
		break;
	case FAULT_THREAD_KILL:
		kill_object(p, &t->obj);
		break;
	case FAULT_TASK_KILL:
		kill_object(p, &t->task->obj);
		break;
	case FAULT_IRQ_SPURIOUS:
		fault_spurious(p);
		break;
	case FAULT_TIME_JUMP:
		fault_fired(p, NULL, p->arg);
		arch_time_jump(p->arg);
		break;
	default:
		break;
	}
}

bool fault_entry(struct thread *t)
{
	struct task *task = t->task;
	struct fault_plan *p;
	unsigned i = 0;
	bool dead;

	fault_count_entry();
	kobj_pin(&t->obj);
	kobj_pin(&task->obj);
	while (!t->obj.dead && (p = fault_next(&i, FAULT_EVENT_ENTRY, t, NULL)))
		strike(p, t);
	dead = t->obj.dead;
	kobj_unpin(&task->obj);
	kobj_unpin(&t->obj);
	return dead;
}
