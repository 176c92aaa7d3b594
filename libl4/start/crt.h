/* SPDX-License-Identifier: MIT */
/* Inside of the start-up code. */
#ifndef L4_START_CRT_H
#define L4_START_CRT_H

#include <l4/sys/kip.h>

/* Called by _start; stack: SysV argument block or NULL, kip: from the kernel or NULL. */
_Noreturn void l4_crt_start(l4_umword_t *stack, l4_kernel_info_t const *kip);

/* Makes a static position-independent program fit where it was loaded. */
void l4_crt_relocate(void);

/* Asks sigma0 for the KIP, which appears at its physical address; NULL when it does not. */
l4_kernel_info_t const *l4_crt_root_kip(void);

/* The root task's arguments, from the command line of its boot module. */
int l4_crt_root_args(l4_kernel_info_t const *kip, char ***argv);

/* The program. */
int main(int argc, char **argv);

#endif
