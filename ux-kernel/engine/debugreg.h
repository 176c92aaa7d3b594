/* SPDX-License-Identifier: MIT */
/*
 * The processor's debug registers: four addresses in each task at which to stop. They are loaded
 * into a host thread when it runs next.
 */
#ifndef ENGINE_DEBUGREG_H
#define ENGINE_DEBUGREG_H

#include <stdbool.h>
#include <stdint.h>

struct hthread;
struct space;

enum debugreg_kind { DEBUGREG_EXEC = 0, DEBUGREG_WRITE = 1, DEBUGREG_ACCESS = 3 };

/* Changes with every change below; 0: they were never used. */
extern unsigned debugreg_generation;

/* The next guest code to run executes one instruction. */
extern bool engine_single_step;

/*
 * 0; -EINVAL: not an aligned 1, 2, 4 or 8 bytes (1 for EXEC); -ENOSPC: all four are taken;
 * -ENOTSUP: this engine has none.
 */
int debugreg_add(struct space *s, uint64_t addr, unsigned len, enum debugreg_kind kind);
/* 0 or -ENOENT. */
int debugreg_remove(struct space *s, uint64_t addr, unsigned len, enum debugreg_kind kind);
/* All those of @s. */
void debugreg_clear(struct space *s);

/* How many of the four are taken in @s. */
unsigned debugreg_used(const struct space *s);

/* Loads what @h has not seen yet. Negative errno: the host refuses. */
int debugreg_load(struct hthread *h);

/* Which one stopped @h: false: none. */
bool debugreg_hit(struct hthread *h, uint64_t *addr, enum debugreg_kind *kind);

#endif
