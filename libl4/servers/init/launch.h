/* SPDX-License-Identifier: MIT */
/* From a loaded image to a running thread. */
#ifndef INIT_LAUNCH_H
#define INIT_LAUNCH_H

#include "elf_check.h"
#include "program.h"

/*
 * Writes arguments and auxiliary vector to the program's stack. Returns the stack pointer, 0 when
 * they do not fit.
 */
uint64_t launch_stack(struct program *p, const struct elf_image *image, int argc, char **argv);

/* Creates task, gate and thread in the program's slots and lets it run. 0 or a negative error. */
long launch(struct program *p, l4_umword_t label, uint64_t ip, uint64_t sp, unsigned prio);

#endif
