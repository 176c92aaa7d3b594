/* SPDX-License-Identifier: MIT */
/*
 * Cells: the signal stacks of the threads that the stub engine runs, STUB_CELLS in their process.
 * Kernel and task share them; a process sees its own and no others.
 */
#ifndef ENGINE_CELL_H
#define ENGINE_CELL_H

#include "stub.h"

struct hproc;
struct hthread;

/* The memory file of all cells, to be inherited as STUB_FD_CELLS, or negative errno. */
int cell_init(void);
int cell_file(void);

/*
 * The next cell of @h's process, and in @op[0..*n] the host calls that make it the signal stack of
 * @h. 0 or negative errno.
 */
int cell_assign(struct hthread *h, struct stub_op *op, unsigned *n);

/* The process is gone. */
void cell_free(struct hproc *p);

#endif
