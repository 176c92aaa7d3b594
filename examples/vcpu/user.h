/* SPDX-License-Identifier: MIT */
/* What the user code (user.S) and the vCPU that runs it (events.c) agree on. */
#ifndef EXAMPLES_VCPU_USER_H
#define EXAMPLES_VCPU_USER_H

#define USER_PAGE 0x20000000 /* one page of data */
#define USER_PAGE_VALUE 0    /* offset: read by the user */
#define USER_PAGE_WRITTEN 8  /* offset: written by the user */
#define USER_PAGE_STOP 16    /* offset: not 0: leave the endless loop */
#define USER_PAGE_TLS 0x100  /* offset: what fs points to */

#define USER_VALUE 0x5eed
#define USER_TLS_VALUE 0x715
#define USER_CALL_FIRST 0x1111
#define USER_CALL_ARG 0x2222
#define USER_CALL_RESULT 0x4444
#define USER_CALL_EXIT 0x6666
#define USER_CALL_WRONG 0x7777

#ifndef __ASSEMBLER__
/* Addresses of single instructions, to compare with what the upcalls say. */
extern const char user_start[], user_syscall[], user_load[], user_store[], user_undefined[],
	user_breakpoint[], user_loop[], user_loop_end[], user_exit[];
#endif

#endif
