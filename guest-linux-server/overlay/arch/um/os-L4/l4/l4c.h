/* SPDX-License-Identifier: GPL-2.0-only */
/* L4 calls as this port uses them, and what the files of this directory share. */
#ifndef L4C_H
#define L4C_H

#include <linux/bitops.h>
#include <linux/minmax.h>
#include <linux/types.h>
#include <shared/l4host.h>
#include <l4/abi/consts.h>
#include <l4/abi/err.h>
#include <l4/abi/init.h>
#include <l4/abi/kip.h>
#include <l4/abi/msg.h>
#include <l4/abi/ops.h>
#include <l4/abi/utcb.h>
#include <l4/abi/ux.h>
#include <l4/abi/vcpu.h>
#include <l4/abi/virtio.h>

/* Capability slots, as indices. User tasks follow. */
enum {
	SLOT_HELPER = 12,
	SLOT_IRQ = 13, /* + L4H_IRQ_* */
	SLOT_BELL = SLOT_IRQ + L4H_IRQ_DEVICE + L4_UX_DEVICES_MAX,
	SLOT_DMA = SLOT_BELL + L4_UX_DEVICES_MAX,
	SLOT_TASKS,
};
#define SEL(slot) ((unsigned long)(slot) << L4_CAP_SHIFT)

/* Layout of our ku_mem: vCPU state, helper's UTCB, then two vector state areas. */
#define KU_ORDER 15
#define KU_HELPER_UTCB (L4H_KU_BASE + 0x400)
#define KU_FPU_SAVE (L4H_KU_BASE + 0x1000)
#define KU_FPU_LOAD (L4H_KU_BASE + 0x4800)
#define KU_FPU_SIZE 0x3800UL

#define vcpu ((l4_vcpu_state_t *)L4H_KU_BASE)

static inline l4_utcb_layout_t *l4c_utcb(void)
{
	l4_utcb_layout_t *u;

	asm("mov %%gs:0, %0" : "=r"(u));
	return u;
}

static inline unsigned long l4c_tag(long label, unsigned int words, unsigned int items)
{
	return (unsigned long)label << L4_MSGTAG_LABEL_SHIFT | words |
	       items << L4_MSGTAG_ITEMS_SHIFT;
}

static inline long l4c_label(unsigned long tag)
{
	return (long)tag >> L4_MSGTAG_LABEL_SHIFT;
}

static inline unsigned long l4c_fpage(unsigned long addr, int order, unsigned int rights)
{
	return (addr & ~0xfffUL) | order << L4_FPAGE_ORDER_SHIFT |
	       L4_FPAGE_MEMORY << L4_FPAGE_TYPE_SHIFT | rights;
}

static inline unsigned long l4c_cap_fpage(unsigned long slot, unsigned int rights)
{
	return slot << L4_FPAGE_ADDR_SHIFT | L4_FPAGE_OBJ << L4_FPAGE_TYPE_SHIFT | rights;
}

/* Largest flexpage order that starts at `a` (and, for mappings, `b`) and fits below the end. */
static inline int l4c_order(unsigned long a, unsigned long b, unsigned long len)
{
	int fit = __fls(len);

	return a | b ? min_t(int, fit, __ffs(a | b)) : fit;
}

/* The system call. dest with flags; label may be NULL; returns the tag (invoke.S). */
unsigned long l4c_invoke(unsigned long dest, unsigned long tag, unsigned long timeouts,
			 unsigned long *label);

/*
 * A call whose message is in the UTCB: 0 or a positive label, or -L4_E... / -(2000 + IPC error).
 * The caller has the interrupt flag off from the first MR it wrote until it has read the answer.
 */
long l4c_call(unsigned long sel, unsigned long tag);

/* object.c: set-up calls, each with its complete message */
long l4c_create(long type, unsigned long slot);
long l4c_thread_control(unsigned long slot, unsigned long pager, unsigned long utcb);
long l4c_thread_start(unsigned long slot, void (*ip)(void), void *sp, unsigned int prio);
long l4c_irq_bind(unsigned long slot, unsigned long label);

/* init.c */
extern const l4_kernel_info_t *l4c_kip;
bool l4c_kip_feature(const char *name);

/* invoke.S */
extern unsigned long l4c_entry, l4c_resume;

/* device.c: where the configuration pages are mapped */
#define L4C_DEVICE_BASE 0x5fe00000UL
/* and their memory: above all that Linux knows, so that frame numbers of it are those of no RAM */
#define L4C_DEVICE_MEMORY (1UL << 40)

/* irq.c: a label of a bound IRQ object carries the interrupt number */
#define IRQ_LABEL 0x100UL
void l4c_irq_delivered(unsigned long label);
void l4c_irq_init(void);

/* timer.c: both on the helper thread */
u64 l4c_timer_arm(void);
void l4c_timer_expired(void);
#define TIMER_NEVER (~0ULL)

/* helper.c */
void l4c_helper_start(void);
extern unsigned long l4c_ram_start, l4c_ram_end;

/* reflect.c: turn an exception message of the vCPU thread into a call of the fault handler */
void l4c_reflect(l4_exc_regs_t *r);

/* vcpu_entry.S */
unsigned long l4_vcpu_run(l4_vcpu_state_t *v, unsigned long tag, unsigned long code);
void l4_vcpu_entry(void);

/* regs.c */
void l4c_regs_to_vcpu(l4_exc_regs_t *r, const unsigned long *gp);
void l4c_regs_from_vcpu(unsigned long *gp, const l4_exc_regs_t *r);
/* what a system call says by itself, and for the answer to it what is not the result */
void l4c_regs_from_call(unsigned long *gp, const l4_exc_regs_t *r);
void l4c_regs_for_answer(l4_exc_regs_t *r);

/* fpu.c */
void l4c_fpu_init(void);

/* Message composing and the interrupt flag: see l4c_call. */
int um_set_signals(int enable);
#define l4c_lock() um_set_signals(0)
#define l4c_unlock(old) um_set_signals(old)

#endif
