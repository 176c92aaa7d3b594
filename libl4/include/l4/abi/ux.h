/* SPDX-License-Identifier: MIT */
/*
 * What this hosted kernel offers beyond the L4Re ABI. Each extension is announced by a feature
 * string in the KIP; a program that does not find the string must do without. Source: l4ux.
 */
#ifndef L4_ABI_UX_H
#define L4_ABI_UX_H

/*
 * Feature "ux_exit": platform control (label 0 on the ICU capability), 2 words:
 * MR0 = L4_UX_PLATFORM_EXIT_OP, MR1 = exit status 0..255. The kernel process ends with that
 * status. Does not return. -L4_EINVAL when the status is out of range.
 */
#define L4_UX_FEATURE_EXIT "ux_exit"
#define L4_UX_PLATFORM_EXIT_OP 0x100UL

/*
 * Feature "ux_vcpu_fpu": the vector state of a vCPU's user mode lives in the host thread of its
 * user task, apart from the vCPU's own; this thread operation (label -12, on the calling thread)
 * moves it. 4 words: MR0 = L4_UX_THREAD_VCPU_FPU_OP, MR1 = selector of the user task (S right),
 * MR2 = address to save the current state to or 0, MR3 = address to load from, or 0 for none, or
 * L4_UX_FPU_INIT for the state after FNINIT. Save happens before load. The addresses lie in
 * ku_mem of the caller's task, 64-byte aligned, and cover the area's size. The area has the
 * standard (non-compacted) XSAVE format. Answers 1 word: MR0 = size of the area in bytes, so that
 * MR2 = MR3 = 0 asks for it. Errors: -L4_EINVAL (address, no vCPU), -L4_ENOENT (no such task),
 * -L4_EPERM (right missing); a load of a malformed area is refused with -L4_EINVAL and leaves
 * the state as it was.
 */
#define L4_UX_FEATURE_VCPU_FPU "ux_vcpu_fpu"
#define L4_UX_THREAD_VCPU_FPU_OP 0x8001UL
#define L4_UX_FPU_INIT 1UL

/*
 * Feature "ux_check": two operations of the debugger capability (label -23), one word each.
 * L4_UX_DEBUGGER_CHECK_OP has the kernel check its own invariants: MR0 = number of violations
 * found, which are named on the kernel's standard error. L4_UX_DEBUGGER_KMEM_OP: MR0 = bytes of
 * kernel memory in use, MR1 = bytes there are.
 */
#define L4_UX_FEATURE_CHECK "ux_check"
#define L4_UX_DEBUGGER_CHECK_OP 0x7500UL
#define L4_UX_DEBUGGER_KMEM_OP 0x7501UL

/*
 * Feature "ux_entry": a program may call the code at L4_UX_ENTRY where it would execute `syscall`.
 * In: the registers of a system call, and 88 bytes of stack, the return address included. Out:
 * those of a system call; rcx, rdi, r11 and the flags do not survive. Where the kernel offers it
 * that is faster; `syscall` stays valid.
 */
#define L4_UX_FEATURE_ENTRY "ux_entry"
#define L4_UX_ENTRY 0x7fffffff0200UL

/*
 * Feature "ux_resume": a program may call the code at L4_UX_RESUME where it would resume its vCPU
 * (L4_THREAD_VCPU_RESUME_OP). In: the registers of that system call, the message in the UTCB, the
 * address of the vCPU state area in rdi, and 96 bytes of stack, the return address included. It
 * returns when that system call would, which is not after a success; then rsp, rax and rdx are as
 * the system call leaves them, and no other register survives. A resume into user mode with all
 * event flags and L4_VCPU_F_FPU_ENABLED, without typed items and with state 0, may go to the user
 * task and come back with its next system call without the kernel, once ux_vcpu_fpu is in use.
 */
#define L4_UX_FEATURE_RESUME "ux_resume"
#define L4_UX_RESUME 0x7fffffff0300UL

/*
 * Feature "ux_user_fpu": a vCPU with ux_vcpu_fpu may call the code at L4_UX_USER_FPU to learn where
 * in its own memory the vector state of its user mode is at the moment. In: the address of the vCPU
 * state area in rdi, the selector of the user task in rsi, the size of a vector state in rdx. Out:
 * in rax the address, or 0: not here, L4_UX_THREAD_VCPU_FPU_OP has to do it. No other register but
 * those a C function preserves survives. The address holds until the vCPU resumes or enters the
 * kernel. The area is that of a signal frame of Linux: the standard XSAVE format, but for bytes 464
 * to 511, which tell its size (u32 at 480) and are not to be changed. A state that the processor
 * refuses costs the user mode an exception (L4_TRAP_GP) when it is resumed, and its vector state.
 */
#define L4_UX_FEATURE_USER_FPU "ux_user_fpu"
#define L4_UX_USER_FPU 0x7fffffff0d80UL

/*
 * Feature "ux_direct_call": system calls of a vCPU's user mode that come back from L4_UX_RESUME may
 * come in part, when the vCPU has agreed: the upcall has L4_TRAP_SYSCALL and, as its error code,
 * L4_UX_SYSCALL_PARTIAL. Of the user's registers rax (32 bits), rdi, rsi, rdx, r10, r8, r9 and ip
 * are in the state area then; all others the user task still has. There are two ways on. Answer:
 * resume by L4_UX_RESUME with that error code, cs and ss as for any resume and the result in rax:
 * nothing else changes in the user task. That returns with an error (label -L4_EBUSY) when it is
 * not possible, and then, or at any time, the other way: the thread operation (label -12, on the
 * calling thread) L4_UX_THREAD_VCPU_CALL_OP, 2 words, MR1 = selector of the user task (S right). It
 * does not return but makes the upcall once more, with all registers, as if the vCPU had resumed
 * into user mode (saved_state as for that). Errors: -L4_EINVAL (no vCPU), -L4_ENOENT (no such task,
 * or it is at no system call), -L4_EPERM (right missing). With MR1 = L4_INVALID_CAP it is the
 * vCPU's agreement, and returns. In any other resume the error code must be another one.
 * Calls that by their number on Linux need all registers do not come in part; of these a return
 * from a signal (15) does if rdx, as an argument, has L4_UX_SIGRETURN_PARTIAL in its lower half.
 */
#define L4_UX_FEATURE_DIRECT_CALL "ux_direct_call"
#define L4_UX_THREAD_VCPU_CALL_OP 0x8002UL
#define L4_UX_SYSCALL_PARTIAL 0x10000UL
#define L4_UX_SIGRETURN_PARTIAL 0x6c347372

#endif
