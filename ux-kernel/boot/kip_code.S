/* SPDX-License-Identifier: MIT */
/*
 * The clock code of the kernel interface page with its scalers, copied to KIP + 0x900. Both
 * functions take no argument, return in rax and use only rdx besides.
 */
	.section .rodata
	.globl kip_code, kip_code_size
	.balign 16
kip_code:
	rdtsc /* KIP + 0x900: microseconds */
	shlq $32, %rdx
	orq %rdx, %rax
	mulq scaler_us(%rip)
	shrdq $32, %rdx, %rax
	ret
	.org kip_code + 0x80
	rdtsc /* KIP + 0x980: nanoseconds */
	shlq $32, %rdx
	orq %rdx, %rax
	mulq scaler_ns(%rip)
	shrdq $27, %rdx, %rax
	ret
	.org kip_code + 0xf0
scaler_us:
	.quad 0 /* filled in by kip_init */
scaler_ns:
	.quad 0
1:
	.balign 8
kip_code_size:
	.quad 1b - kip_code

	.section .note.GNU-stack, "", @progbits
