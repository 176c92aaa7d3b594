/* SPDX-License-Identifier: MIT */
/*
 * Trace buffer as a program has it mapped: a page that tells about it, and the entries. The kernel
 * goes on writing meanwhile. An entry is complete when its number is the one looked for.
 * Source: Fiasco/L4Re ABI, r-2026-W26: l4sys ktrace.h, and the kernel's own entries.
 */
#ifndef L4_ABI_TRACE_H
#define L4_ABI_TRACE_H

#include <stddef.h>
#include <stdint.h>

/* Type of an entry. */
enum l4_trace_type {
	L4_TRACE_UNUSED = 0, /* nothing, or cleared */
	L4_TRACE_TEXT = 5,   /* L4_TRACE_LOG_OP */
	L4_TRACE_VALUES = 6, /* L4_TRACE_LOG_VALUES_OP */
	L4_TRACE_BINARY = 8, /* L4_TRACE_LOG_BINARY_OP */
};

/* An entry: the one with number n is at index n & mask. */
typedef struct l4_trace_entry {
	uint64_t number;   /* from 1 on; 0: is being written */
	uint64_t ip;       /* of the program, behind its system call */
	uint64_t tsc;      /* time; the status says in which unit */
	uint64_t context;  /* number of the thread */
	uint32_t count[2]; /* performance counters: 0 */
	uint32_t kclock;   /* low half of the system clock, microseconds */
	uint8_t type;      /* enum l4_trace_type */
	uint8_t cpu;       /* 0 */
	uint8_t data[82];  /* what the type says */
} l4_trace_entry_t;

/* In the data of a text: where it begins, and its size with a NUL; control characters are '.'. */
#define L4_TRACE_TEXT_OFFSET 2
#define L4_TRACE_TEXT_SIZE 80

/* In the data of values: where the three words begin, and the text. */
#define L4_TRACE_VALUES_OFFSET 2
#define L4_TRACE_VALUES_TEXT_OFFSET 26
#define L4_TRACE_VALUES_TEXT_SIZE 56

/* Bytes of a binary entry; they begin with the data. */
#define L4_TRACE_BINARY_SIZE 30

/* The status page. */
typedef struct l4_trace_status {
	uint32_t version;          /* 0 */
	uint64_t alignment;        /* of what follows: 64 */
	uint64_t pad[6];           /* 0 */
	uint64_t mask;             /* number of entries, a power of two, less one */
	uint64_t pad2[7];          /* 0 */
	uint64_t tail;             /* number of the latest entry; 0: there is none */
	uint32_t scaler_tsc_to_ns; /* tsc * scaler >> 27 */
	uint32_t scaler_tsc_to_us; /* tsc * scaler >> 32 */
	uint32_t scaler_ns_to_tsc; /* ns * scaler >> 31 */
	uint32_t counters[12];     /* of kernel events: 0 */
} l4_trace_status_t;

_Static_assert(sizeof(l4_trace_entry_t) == 128, "trace entry");
_Static_assert(offsetof(l4_trace_entry_t, type) == 44, "type of a trace entry");
_Static_assert(offsetof(l4_trace_entry_t, data) == 46, "data of a trace entry");
_Static_assert(offsetof(l4_trace_status_t, mask) == 64, "size of the trace buffer");
_Static_assert(offsetof(l4_trace_status_t, tail) == 128, "latest entry");
_Static_assert(offsetof(l4_trace_status_t, counters) == 148, "kernel counters");

#endif
