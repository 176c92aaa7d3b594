/* SPDX-License-Identifier: MIT */
/*
 * The code that runs in the user task: one of each kind of event. It is assembly so that every
 * register has a value the vCPU can check. It never calls L4: its `syscall` means whatever the
 * vCPU that runs it wants it to mean.
 */
#include "user.h"

	.macro label name
	.globl \name
	.hidden \name
\name:
	.endm

	.text
label user_start
	mov	$USER_CALL_FIRST, %eax
	mov	$USER_CALL_ARG, %edi
label user_syscall
	syscall
	cmp	$USER_CALL_RESULT, %rax
	jne	wrong

	mov	$USER_PAGE, %ebx
label user_load
	mov	USER_PAGE_VALUE(%rbx), %rdx
	cmp	$USER_VALUE, %rdx
	jne	wrong
label user_store
	mov	%rdx, USER_PAGE_WRITTEN(%rbx)
	mov	%fs:0, %rdx
	cmp	$USER_TLS_VALUE, %rdx
	jne	wrong

label user_undefined
	ud2
label user_breakpoint
	int3

label user_loop
	pause
	cmpl	$0, USER_PAGE_STOP(%rbx)
	je	user_loop
label user_loop_end
	mov	$USER_CALL_EXIT, %eax
label user_exit
	syscall
wrong:
	mov	$USER_CALL_WRONG, %eax
	syscall
	jmp	wrong

	.section .note.GNU-stack, "", @progbits
