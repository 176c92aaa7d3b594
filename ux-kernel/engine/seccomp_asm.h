/* SPDX-License-Identifier: MIT */
/* Seccomp filters in assembly: struct sock_filter and the words of struct seccomp_data. */
#ifndef ENGINE_SECCOMP_ASM_H
#define ENGINE_SECCOMP_ASM_H

#define BPF_LD_W(off) \
	.short 0x20; \
	.byte 0, 0; \
	.long off
#define BPF_JEQ(k, t, f) \
	.short 0x15; \
	.byte t, f; \
	.long k
#define BPF_JGE(k, t, f) \
	.short 0x35; \
	.byte t, f; \
	.long k
#define BPF_RET(k) \
	.short 0x06; \
	.byte 0, 0; \
	.long k
#define RET_ALLOW 0x7fff0000
#define RET_NOTIFY 0x7fc00000
#define RET_TRAP 0x00030000 /* SIGSYS, which the kernel sees */
#define AUDIT_ARCH_X86_64 0xc000003e
#define DATA_NR 0
#define DATA_ARCH 4
#define DATA_IP_LO 8
#define DATA_IP_HI 12
#define DATA_ARG(n) (16 + 8 * (n)) /* its lower half */

#define STUB_HI (STUB_CODE >> 32)
#define STUB_LO(offset) ((STUB_CODE & 0xffffffff) + (offset))

/* Loads where in the stub a call comes from; any other goes on @past instructions further down. */
#define BPF_LD_STUB_IP(past) \
	BPF_LD_W(DATA_ARCH); \
	BPF_JEQ(AUDIT_ARCH_X86_64, 0, past + 3); \
	BPF_LD_W(DATA_IP_HI); \
	BPF_JEQ(STUB_HI, 0, past + 1); \
	BPF_LD_W(DATA_IP_LO)

#endif
