// SPDX-License-Identifier: MIT
/* Cells. Those of one process lie side by side in the file. */
#define _GNU_SOURCE
#include "cell.h"

#include "../core/fpage.h"
#include "inject.h"
#include "proc.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

_Static_assert(STUB_CELLS == USER_END && STUB_CELLS + STUB_CELLS_SIZE <= STUB_CODE,
	       "cells lie between the programs' memory and the stub");

#define CELLS_MAX ((STUB_BIND_TABLE - STUB_CELLS) / STUB_CELL_SIZE)
#define STACK_OP (STUB_OPS_MAX - 1) /* where the operations page has the stack_t */

static int file = -1;
static unsigned files_used; /* parts of the file that were ever used */
static unsigned free_part[64], frees;

int cell_init(void)
{
	file = memfd_create("l4ux-cells", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	return file < 0 ? -errno : file;
}

int cell_file(void)
{
	return file;
}

static int part_open(struct hproc *p)
{
	unsigned part = frees ? free_part[frees - 1] : files_used;
	off_t at = (off_t)part * STUB_CELLS_SIZE;

	if (!frees && ftruncate(file, at + STUB_CELLS_SIZE) < 0)
		return -errno;
	p->cells = mmap(NULL, STUB_CELLS_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_NORESERVE,
			file, at);
	if (p->cells == MAP_FAILED) {
		p->cells = NULL;
		return -errno;
	}
	p->cells_file = part;
	if (frees)
		frees--;
	else
		files_used++;
	return 0;
}

int cell_assign(struct hthread *h, struct stub_op *op, unsigned *n)
{
	struct hproc *p = h->proc;
	stack_t *s = (stack_t *)&inject_ops->op[STACK_OP];
	int e;

	if (p->cells_used == CELLS_MAX)
		return -EAGAIN;
	if (!p->cells) {
		e = part_open(p);
		if (e)
			return e;
		op[(*n)++] = (struct stub_op){
			SYS_mmap,
			{ STUB_CELLS, STUB_CELLS_SIZE, PROT_READ | PROT_WRITE,
			  MAP_SHARED | MAP_FIXED | MAP_NORESERVE, STUB_FD_CELLS,
			  (uint64_t)p->cells_file * STUB_CELLS_SIZE }
		};
	}
	h->frame.cell = STUB_CELLS + (uint64_t)p->cells_used * STUB_CELL_SIZE;
	h->frame.memory = p->cells + (size_t)p->cells_used * STUB_CELL_SIZE;
	p->cells_used++;
	/* Disarmed while the handler runs: it begins at the top, wherever a program's sp is. */
	*s = (stack_t){ .ss_sp = (void *)h->frame.cell,
			.ss_flags = (int)STUB_STACK_FLAGS,
			.ss_size = STUB_CELL_SIZE };
	op[(*n)++] = (struct stub_op){ SYS_sigaltstack,
				       { STUB_OPS + offsetof(struct stub_ops, op[STACK_OP]) } };
	return 0;
}

void cell_free(struct hproc *p)
{
	if (!p->cells)
		return;
	munmap(p->cells, STUB_CELLS_SIZE);
	fallocate(file, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
		  (off_t)p->cells_file * STUB_CELLS_SIZE, STUB_CELLS_SIZE);
	if (frees < sizeof(free_part) / sizeof(free_part[0]))
		free_part[frees++] = p->cells_file;
}
