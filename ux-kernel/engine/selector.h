/* SPDX-License-Identifier: MIT */
/* Instructions that load selectors, which mean something else to the host. */
#ifndef ENGINE_SELECTOR_H
#define ENGINE_SELECTOR_H

#include <stdbool.h>

struct insn;
struct space;
struct thread;

/*
 * The host has refused @i. If it loads a selector: does what the ABI's table says, which is to
 * complete the instruction or to raise the exception with the right error code.
 */
bool selector_trap(struct thread *t, struct space *s, const struct insn *i);

#endif
