/* SPDX-License-Identifier: MIT */
/* Faulting instructions; fault_<name>_at is the instruction, fault_<name> sets it up. */
	.text
	.globl	fault_ud2, fault_int3, fault_div, fault_hlt, fault_int80, fault_int30
	.globl	fault_noncanon, fault_kernel, fault_read, fault_write, fault_fetch, fault_regs
	.globl	fault_ud2_at, fault_int3_at, fault_div_at, fault_hlt_at, fault_int80_at
	.globl	fault_int30_at, fault_noncanon_at, fault_kernel_at, fault_read_at, fault_write_at
	.globl	fault_regs_at, fault_cli, fault_cli_at, fault_end, fault_call, fault_call_at
fault_ud2:
fault_ud2_at:
	ud2
fault_int3:
fault_int3_at:
	int3
	jmp	fault_end
fault_div:
	xor	%edx, %edx
	mov	$1, %eax
	xor	%ecx, %ecx
fault_div_at:
	div	%ecx
fault_hlt:
fault_hlt_at:
	hlt
fault_cli:
fault_cli_at:
	cli
fault_int80:
fault_int80_at:
	int	$0x80
fault_int30:
fault_int30_at:
	int	$0x30
fault_noncanon:
	movabs	$0x900000000000, %rax
fault_noncanon_at:
	mov	(%rax), %rax
fault_kernel:
	movabs	$0xffff900000000000, %rax
fault_kernel_at:
	mov	(%rax), %rax
fault_read:
	movabs	$0x300000005, %rax
fault_read_at:
	mov	(%rax), %rcx
	jmp	fault_end
fault_write:
	movabs	$0x300001005, %rax
fault_write_at:
	movb	$7, (%rax)
	jmp	fault_end
fault_fetch:
	movabs	$0x300002010, %rax
	jmp	*%rax
fault_regs:
	mov	$0x115, %r15
	mov	$0x114, %r14
	mov	$0x113, %r13
	mov	$0x112, %r12
	mov	$0x111, %r11
	mov	$0x110, %r10
	mov	$0x109, %r9
	mov	$0x108, %r8
	mov	$0x107, %rdi
	mov	$0x106, %rsi
	mov	$0x105, %rbp
	mov	$0x103, %rbx
	mov	$0x102, %rdx
	mov	$0x101, %rcx
	mov	$0x100, %rax
	mov	$0x104, %rsp
fault_regs_at:
	ud2
fault_call:
	mov	$0xfffffffffffff802, %rdx
	xor	%eax, %eax
	mov	$0x04000400, %r8d
fault_call_at:
	syscall
fault_end:
	ud2

	.section .note.GNU-stack, "", @progbits
