/* SPDX-License-Identifier: MIT */
/* The parts of the vCPU test, and what they share. */
#ifndef ABI_VCPU_H
#define ABI_VCPU_H

#include "tap.h"

#include <l4/sys/vcpu.h>

#define VCPU_IRQ SLOT(1)
#define AREA 0x60000000000UL
#define V ((l4_vcpu_state_t *)AREA)
#define VCPU_EVENTS (L4_VCPU_F_IRQ | L4_VCPU_F_PAGE_FAULTS | L4_VCPU_F_EXCEPTIONS)
#define VCPU_ENTRY_SP ((l4_umword_t)vcpu_entry_stack + sizeof(vcpu_entry_stack))

extern char vcpu_entry[], vcpu_user_ud2[], vcpu_user_call[], vcpu_user_read[], vcpu_user_spin[],
	vcpu_user_regs[], vcpu_user_fpu[], vcpu_call_at[], vcpu_read_at[];
extern char vcpu_entry_stack[4096];

/* At the last upcall: rsp, rdi, rflags, gs:0; and the state area. */
extern l4_umword_t vcpu_at_entry[4];
extern l4_vcpu_state_t vcpu_seen;

/* Upcalls so far; what the body has found out. */
extern volatile unsigned vcpu_upcalls;
extern volatile long vcpu_result;

/* Where vcpu_code.S goes on at an upcall. */
void vcpu_upcall(void);

/* A new vCPU that runs body, and upcall at each upcall; returns when both have ended or wait. */
void vcpu(void (*body)(void), void (*upcall)(void));

/* An upcall that does nothing more. */
void vcpu_stop(void);

/* Waits until the vCPU has nothing more to do. */
void vcpu_settle(void);

/* Resume returns only with an error. */
long vcpu_resume(void);
long vcpu_resume_items(unsigned items);

/* Makes a thread a vCPU. */
long vcpu_enable(l4_cap_idx_t thread, l4_umword_t flags, l4_umword_t area, unsigned words);

/* Makes the IRQ object. */
void vcpu_irq_make(void);

/* The groups about user mode. */
void vcpu_user_syscall(void);
void vcpu_user_exception(void);
void vcpu_user_page_fault(void);
void vcpu_user_irq(void);
void vcpu_user_segments(void);
void vcpu_user_fpu_off(void);
void vcpu_refusals(void);
void vcpu_deleted_task(void);

/* What follows from a message to a vCPU. */
void vcpu_chain(void);

#endif
