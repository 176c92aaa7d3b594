/* SPDX-License-Identifier: MIT */
/* Where the root task puts what every program gets: UTCBs, stack, the kernel interface page. */
#ifndef INIT_LAYOUT_H
#define INIT_LAYOUT_H

#include <l4/abi/consts.h>
#include <l4/abi/init.h>
#include <stddef.h>
#include <stdint.h>

/* A program's own segments and RAM lie between these; above are stack and the kernel's stub. */
#define LAYOUT_USER_START 0x10000UL
#define LAYOUT_USER_END 0x7ffd00000000UL

/* A position-independent program is put here. */
#define LAYOUT_PIE_BASE 0x400000UL

#define LAYOUT_STACK_ORDER 20
#define LAYOUT_STACK LAYOUT_USER_END
#define LAYOUT_STACK_END (LAYOUT_STACK + (1UL << LAYOUT_STACK_ORDER))

/* NULL, or why a program cannot have memory of its own at [@start, @end). */
const char *layout_check(uint64_t start, uint64_t end);

#endif
