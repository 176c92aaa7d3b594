/* SPDX-License-Identifier: MIT */
/*
 * Part of stub.S, after stub_bind.S: where the vector state of a bound user thread is, for the
 * server, which sees the cell with it. rdi: the state area's address; rsi: selector of the user
 * task; rdx: size of the area. rax: its address, or 0 when the kernel has to be asked. As with all
 * that is in a cell, the host checks what it loads from there, and kills the thread that it belongs
 * to if it is no vector state.
 */
	.org stub_code + STUB_USER_FPU_OFFSET, 0x90
	shrq $12, %rsi
	find_slot task=%rsi, vcpu=%rdi, slot=%rcx, count=%eax
	ret
3:	xorl %eax, %eax
	cmpq $0, S_NOTIF(%rcx) /* a stop that is not yet noted */
	jne 4f
	movq S_FRAME(%rcx), %rsi
	testq %rsi, %rsi
	jz 4f
	movq F_FPSTATE(%rsi), %rsi
	testl $63, %esi
	jnz 4f
	subq S_CELL_THERE(%rcx), %rsi
	movl $STUB_CELL_SIZE, %edi
	subq %rdx, %rdi
	jb 4f
	cmpq %rdi, %rsi
	ja 4f
	movq S_CELL_HERE(%rcx), %rax
	addq %rsi, %rax
4:	ret
