/* SPDX-License-Identifier: MIT */
/*
 * The machine below the core, for unit tests: a clock that stands still, a console that
 * remembers, TLB orders that are counted. Read fake_system.h next: threads and tasks to test with.
 */
#ifndef UNIT_FAKE_ARCH_H
#define UNIT_FAKE_ARCH_H

#include <stdbool.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

struct fake_arch {
	uint64_t now;
	unsigned tlb_maps, tlb_unmaps, tlb_protects, tlb_flushes;
	unsigned stuck;
	int shutdown; /* status, -1: running */
	char console[4096];
	size_t console_len;
	uint64_t input_modes, local_modes; /* what the console was told to be like */
	const char *input;                 /* what waits on the console; NULL: nothing */
	bool user_at_call;                 /* a vCPU's user mode: arch_user_is_at_call() */
	unsigned ku_pages;                 /* handed out */
	unsigned doorbells;                /* rung */
	unsigned entries;                  /* told */
	void *dma[4];                      /* what the devices see */
	unsigned char ram[4 * 4096];       /* frames from address 0 on */
	uint64_t fault_detail;             /* of the last fault that struck */
	long heap_blocks;                  /* allocated */
	long fail_alloc_in;                /* the n-th allocation from now fails; 0: none does */
};

extern struct fake_arch fake;

void fake_reset(void);

#endif
