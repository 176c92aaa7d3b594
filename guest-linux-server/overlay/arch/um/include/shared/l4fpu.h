/* SPDX-License-Identifier: GPL-2.0-only */
/* User threads as signal delivery, ptrace and core dumps see them (os-L4/fpu.c, partial.c). */
#ifndef L4FPU_H
#define L4FPU_H

struct task_struct;

/* memory (thread.regs.regs.fp) := live state; the state stays live */
void l4_fpu_save(struct task_struct *t);
/* memory has been changed: load it before the thread runs again */
void l4_fpu_drop(struct task_struct *t);
/* make an area from user space loadable */
void l4_fpu_sanitize(void *area);
void l4_fpu_init_state(void *area);
/* bytes of the area that the processor's enabled features use */
unsigned int l4_fpu_user_size(void);
unsigned long l4_fpu_features(void);
/* for the ELF core writer */
int l4_fpu_core(struct task_struct *t, void *fpregs);
/* of the current thread's registers only the arguments of its system call are known */
bool l4_call_in_part(void);
/* x86/um/signal.c: if the current thread, whose registers are all known, is on its way back from a
 * signal in the vDSO: does the rest */
void l4_sigreturn_finish(void);
/* x86/um/vdso/vma.c: the vDSO's return from a signal in the current program, 0: it has none */
unsigned long l4_vdso_sigreturn(void);

#endif
