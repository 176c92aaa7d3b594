/* SPDX-License-Identifier: MIT */
/* vCPU: upcalls and resume (L4Re manual, group "vCPU API"; ABI reference 9). */
#ifndef CORE_VCPU_H
#define CORE_VCPU_H

#include <stdbool.h>
#include <stdint.h>

struct call;
struct task;
struct thread;

/* Thread op 7: enables vCPU mode with the state area at ku_mem address @addr. */
uint64_t vcpu_control(struct thread *t, struct call *c);

/* Thread op 4: continues at the state area's registers, in user mode or in the vCPU itself. */
uint64_t vcpu_resume(struct thread *t, struct call *c);

/*
 * The engine has let @t resume into user mode of @user without asking: the state area is that
 * before the resume.
 */
void vcpu_found_in_user(struct thread *t, struct task *user);

/* Saves the registers and enters the upcall handler. */
void vcpu_upcall(struct thread *t, unsigned trapno, uint64_t err, uint64_t pfa);

/* A message can be delivered as an upcall right now. */
bool vcpu_accepts_ipc(const struct thread *t);

/* A message has arrived in t's UTCB: puts tag and label into the state area and upcalls. */
void vcpu_ipc_upcall(struct thread *t, uint64_t tag, uint64_t label);

/* While a fault of the vCPU's own is a message, no other message may interrupt it. */
void vcpu_mask_messages(struct thread *t);
void vcpu_unmask_messages(struct thread *t);

/* Brings the sticky pending flag in line with the sender queue. */
void vcpu_note_pending(struct thread *t);

/* l4/abi/ux.h, L4_UX_THREAD_VCPU_FPU_OP, L4_UX_THREAD_VCPU_CALL_OP. */
uint64_t vcpu_fpu(struct thread *t, struct call *c);
uint64_t vcpu_call(struct thread *t, struct call *c);

#endif
