/* SPDX-License-Identifier: MIT */
/*
 * A snapshot file: a header, then in this order
 *
 *   devices   for each a struct snapshot_device and the option it was started with; then
 *             what it remembers: runs like those of RAM, the last one empty. Of a disk the option
 *             is the path of its file, a struct snapshot_disk follows, and what it remembers is
 *             what was written to it (nothing, not even the last run, if it is read-only)
 *   state     the section core_state (core/state.h)
 *   arena     the core's heap (host/arena.h)
 *   ku        kernel-user memory: for each page a number and its bytes
 *   io        I/O memory, in runs like those of RAM: configuration pages, rings, frame buffers
 *   vectors   vector states: for each a struct snapshot_vector and its bytes
 *   ram       runs of pages that are not zero: for each a struct snapshot_run and its bytes
 *
 * each padded to 8 bytes. State and arena hold pointers into each other, into kernel-user memory
 * (fixed addresses) and to functions of the program that wrote them: only the very same program can
 * read it. All numbers are those of the machine. The checksum finds damage; it does not make a
 * stranger's file safe.
 */
#ifndef SNAPSHOT_FORMAT_H
#define SNAPSHOT_FORMAT_H

#include "../host/irq_input.h"

#include <stddef.h>
#include <stdint.h>

#define SNAPSHOT_MAGIC 0x50414e5358553434ULL /* "44UXSNAP" */
#define SNAPSHOT_VERSION 5U

struct snapshot_header {
	uint64_t magic;
	uint32_t version, header_size;
	uint64_t program;  /* checksum of the program's file */
	uint64_t base;     /* where the host has put it */
	uint64_t length;   /* of what is behind the header */
	uint64_t checksum; /* of what is behind the header */
	uint64_t own;      /* checksum of the header up to here */

	uint64_t state_size, arena_size;
	uint64_t ku_pages, vectors, vector_size, ram_runs;
	uint64_t ram_end; /* "physical" */
	uint64_t ticks, steps;
	uint64_t trace, entries;
	uint64_t devices, io_runs;
	uint32_t raw_terminal, ku_hint;
	struct irq_input_state input;
};

#define SNAPSHOT_PADDED(len) (((len) + 7UL) & ~7UL)

struct snapshot_vector {
	uint64_t space, thread; /* addresses of both in the arena */
};

struct snapshot_device {
	char kind[16];        /* the option it comes from: "disk", "net", ... */
	uint32_t flags;       /* of its own kind */
	uint32_t option_size; /* with its NUL */
	uint64_t keep;        /* bytes of memory that outlive its process */
};

struct snapshot_disk {
	uint64_t size;
	uint64_t base_changed; /* modification time of its file, in nanoseconds */
};

struct snapshot_run {
	uint64_t start, length;
};

_Static_assert(offsetof(struct snapshot_header, own) == 48, "snapshot header");
_Static_assert(offsetof(struct snapshot_header, ram_end) == 104, "snapshot header");
_Static_assert(offsetof(struct snapshot_header, input) == 168, "snapshot header");
_Static_assert(offsetof(struct snapshot_device, keep) == 24, "snapshot device");
_Static_assert(sizeof(struct snapshot_device) == 32, "snapshot device");
_Static_assert(sizeof(struct snapshot_disk) == 16, "snapshot disk");
_Static_assert(sizeof(struct snapshot_header) == 168 + 16 + IRQ_CONSOLE_RING, "snapshot header");

#endif
