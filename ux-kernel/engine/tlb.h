/* SPDX-License-Identifier: MIT */
/*
 * Host mappings as a TLB over the L4 page tables. Changes are queued per process and executed in
 * one trip before the next guest instruction of that process. The number of host mappings is
 * bounded: before the host's limit is reached the TLB is emptied and refills by faults.
 */
#ifndef ENGINE_TLB_H
#define ENGINE_TLB_H

#include <stdbool.h>
#include <stdint.h>

#define TLB_QUEUE_MAX 64U

enum tlb_op_kind { TLB_MAP, TLB_UNMAP, TLB_PROTECT };

struct tlb_op {
	enum tlb_op_kind kind;
	uint64_t va, len, pa;
	unsigned rights;
};

struct tlb_queue {
	struct tlb_op op[TLB_QUEUE_MAX];
	unsigned count;
	unsigned mapped; /* upper bound of host mappings made since it was last emptied */
	bool flush;      /* empty everything first */
};

struct hproc;
struct hthread;
struct mapping;

void tlb_init(void);

/* Frames of kernel-user memory are told apart by this bit of their address. */
#define TLB_KU_FRAME (1ULL << 60)

/* Empties the TLB of a process before its next run. */
void tlb_flush(struct hproc *p);

/* Queues the mapping that covers a fault. */
void tlb_fill(struct hproc *p, struct mapping *m);

/* Executes what is queued, on the stopped thread @h. 0 or negative errno: process unusable. */
int tlb_sync(struct hproc *p, struct hthread *h);

#endif
