/* SPDX-License-Identifier: MIT */
/*
 * Selectors as programs know them: the kernel's table with its three user segments, and four
 * descriptors of each thread (ABI reference 7.3, op 0x10). The machine below has another table;
 * what it cannot load by itself is looked up here.
 */
#ifndef CORE_SEGMENT_H
#define CORE_SEGMENT_H

#include <stdint.h>

struct call;
struct thread;

#define SEGMENT_USER_FIRST 11 /* index of a thread's first descriptor */
#define SEGMENT_USER_ENTRIES 4

enum segment_use { SEGMENT_DATA, SEGMENT_STACK, SEGMENT_CODE };

/* Loading @sel for @use: 0, or the trap number that refuses it, with its error code in @err. */
unsigned segment_check(const struct thread *t, unsigned sel, enum segment_use use, uint64_t *err);

/* Base of the segment; of a null selector, @base, which has been set otherwise. */
uint64_t segment_base(const struct thread *t, unsigned sel, uint64_t base);

/* Thread op 0x10: sets descriptors of @t, or tells the first index. */
uint64_t segment_control(struct thread *t, struct call *c);

#endif
