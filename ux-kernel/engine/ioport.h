/* SPDX-License-Identifier: MIT */
/* Instructions that use I/O ports. */
#ifndef ENGINE_IOPORT_H
#define ENGINE_IOPORT_H

#include <stdbool.h>

struct insn;
struct space;
struct thread;

/*
 * The host has refused @i. If it uses ports that @t may use: does what a PC does that has no
 * device there, which is to read ones and to forget what is written.
 */
bool ioport_trap(struct thread *t, struct space *s, const struct insn *i);

#endif
