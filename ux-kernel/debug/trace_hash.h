/* SPDX-License-Identifier: MIT */
/*
 * The trace in one number. The trace is the sequence of all kernel entries (core/entry.h), each
 * with its kind and arguments, thread, simulated time and registers, and of the bytes the guest
 * writes to its console. Two runs with the same number have done the same.
 */
#ifndef DEBUG_TRACE_HASH_H
#define DEBUG_TRACE_HASH_H

#include "../core/entry.h"

#include <stddef.h>
#include <stdint.h>

/* Begins with what a snapshot says, or with zeros. */
void trace_hash_start(uint64_t hash, uint64_t entries);

void trace_hash_entry(enum entry_kind kind, const struct thread *t, uint64_t a, uint64_t b);
void trace_hash_output(const char *buf, size_t len);

/* The hash so far, and of how many entries. */
uint64_t trace_hash(uint64_t *entries);

#endif
