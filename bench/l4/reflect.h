/* SPDX-License-Identifier: MIT */
/* What a reflected exception finds on its own stack (reflect.S). */
#ifndef BENCH_REFLECT_H
#define BENCH_REFLECT_H

#ifndef __ASSEMBLER__
#include <l4/sys/types.h>

struct reflect_frame {
	l4_umword_t r11, r10, r9, r8, rdi, rsi, rdx, rcx, rax, flags, ip;
};

/* Where the handler thread sends the faulting one, ip pushed. */
extern const char reflect_entry[];

/* Changes the frame; the thread goes on with what is in it. */
extern void (*reflect_handler)(struct reflect_frame *f);
#endif

#endif
