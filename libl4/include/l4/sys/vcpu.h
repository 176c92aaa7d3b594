/* SPDX-License-Identifier: MIT */
/*
 * vCPU: IPC as interrupts. The layout is in l4/abi/vcpu.h, the kernel's part in
 * l4_thread_vcpu_*(). Source: Fiasco/L4Re ABI, r-2026-W26: l4sys vcpu.h.
 */
#ifndef L4_SYS_VCPU_H
#define L4_SYS_VCPU_H

#include <l4/abi/vcpu.h>
#include <l4/sys/thread.h>

/* Not 0 when kernel and program agree on the layout of the state area. */
static inline int l4_vcpu_check_version(l4_vcpu_state_t const *vcpu)
{
	return vcpu->version == L4_VCPU_STATE_VERSION;
}

/* Keeps IPC upcalls away; result: the flags before, for who wants them back. */
static inline unsigned l4_vcpu_irq_disable_save(l4_vcpu_state_t *vcpu)
{
	unsigned before = vcpu->state;

	*(volatile unsigned short *)&vcpu->state = before & ~L4_VCPU_F_IRQ;
	__asm__ volatile("" : : : "memory");
	return before;
}

/* Whether messages or IRQs wait for an upcall or a receive operation. */
static inline int l4_vcpu_irq_pending(l4_vcpu_state_t const *vcpu)
{
	return *(unsigned short const volatile *)&vcpu->sticky_flags & L4_VCPU_SF_IRQ_PENDING;
}

/* Whether an upcall was for a page fault the program's user mode had. */
static inline int l4_vcpu_is_page_fault_entry(l4_vcpu_state_t const *vcpu)
{
	return vcpu->r.trapno == L4_TRAP_PF;
}

/* Whether an upcall was for a message or an IRQ. */
static inline int l4_vcpu_is_irq_entry(l4_vcpu_state_t const *vcpu)
{
	return vcpu->r.trapno == L4_TRAP_VCPU_IPC;
}

#endif
