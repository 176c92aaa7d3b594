/* SPDX-License-Identifier: MIT */
/* What libl4's start-up code knows about the program, and how the program ends. Source: l4ux. */
#ifndef L4_UX_PROGRAM_H
#define L4_UX_PROGRAM_H

#include <l4/abi/stdtypes.h>
#include <l4/sys/types.h>

/* Not 0 in the root task (and sigma0): there is nobody above but the kernel. */
extern int l4_program_is_root;

/* The SysV auxiliary vector of a started program, pairs ended by type 0; NULL in the root task. */
extern l4_umword_t const *l4_program_auxv;

/* Auxiliary vector type: address of the KIP. */
#define AT_L4_KIP 0xf2UL

/* Writes to the log; the message registers keep their content. */
void l4_log_write(char const *text, size_t len);

/*
 * Ends the program with status 0..255: tells the root task, or, being the root task, ends the
 * kernel process.
 */
_Noreturn void l4_exit(int status);

/*
 * Splits a line in place at blanks; "double quotes" group, a backslash inside them takes the
 * next character as it is. argv gets at most max - 1 words and a NULL. Result: words, or
 * -L4_E2BIG when there are more, -L4_EINVAL when a quote is not closed.
 */
int l4_cmdline_split(char *line, char **argv, int max);

#endif
