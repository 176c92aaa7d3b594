/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The vDSO's return from a signal (x86/um/vdso/sigreturn.S): where in the image it is, what the
 * kernel writes there, and in which places a program may be on its way back.
 */
#ifndef L4_VDSO_SIGRETURN_H
#define L4_VDSO_SIGRETURN_H

/* Written by the kernel: a frame with other vector features or another size is none of ours. */
#define L4_VDSO_SIGRETURN 0x900
#define L4_VDSO_FPU_FEATURES L4_VDSO_SIGRETURN   /* u64 */
#define L4_VDSO_FPU_SIZE (L4_VDSO_SIGRETURN + 8) /* u32 */
#define L4_VDSO_SIGRETURN_ENTRY (L4_VDSO_SIGRETURN + 16)
/* From behind the system call to the end the frame is at rsp, at the last instruction above it. */
#define L4_VDSO_SIGRETURN_CALLED (L4_VDSO_SIGRETURN + 0x70)
#define L4_VDSO_SIGRETURN_IRETQ (L4_VDSO_SIGRETURN + 0x130)
#define L4_VDSO_SIGRETURN_END (L4_VDSO_SIGRETURN_IRETQ + 2)

/* Offsets in struct ucontext, and of struct _fpx_sw_bytes in the fxsave area. */
#define L4_UC_R8 40
#define L4_UC_SP 160
#define L4_UC_IP 168
#define L4_UC_FLAGS 176
#define L4_UC_FPSTATE 224
#define L4_UC_RESERVED 232
#define L4_FX_SW_BYTES 464

/* The flags a program may have changed by a signal frame. */
#define L4_USER_FLAGS 0x40dd5

#endif
