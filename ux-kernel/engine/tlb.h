/* SPDX-License-Identifier: MIT */
/*
 * Host mappings as a TLB over the L4 page tables. A page enters it at its first access, or with
 * the answer to the page fault before; with it come neighbours of the same flexpage, or that were
 * accessed before (fault-around). It is writable only once it was written: a write to a clean page
 * comes to us first. So the access flags of a mapping say what happened to its flexpage within
 * TLB_AROUND pages, exactly for a flexpage of one page. What is larger than the pages around a
 * fault becomes executable in pieces of that size, where code runs: code is looked at (selread.h).
 *
 * hostmap.h keeps the changes until the process runs again; here they become host calls.
 */
#ifndef ENGINE_TLB_H
#define ENGINE_TLB_H

#include "hostmap.h"
#include "parked.h"
#include "selread.h"

#include <sys/types.h>

#define TLB_AROUND_ORDER 16U /* log2 of the bytes around a fault that may come along */

struct tlb {
	struct hostmap map;
	struct parked parked;
	/* the last page fault that was reported to a pager: its answer will be needed at once */
	pid_t fault_tid; /* 0: none, or the thread has gone on */
	uint64_t fault_addr, fault_access;
	bool carry_failed; /* the next trip is to be waited for */
};

struct hproc;
struct hthread;
struct mapping;

/* Reads the host's limit of mappings per process; L4UX_MAX_MAPS makes it smaller, for tests. */
void tlb_init(void);

/* Says what was done, in verbose mode, once all processes have ended. */
void tlb_report(void);

/* Frames of kernel-user memory are told apart by this bit of their address. */
#define TLB_KU_FRAME (1ULL << 60)

/* False: out of memory. */
bool tlb_create(struct tlb *t);
void tlb_destroy(struct tlb *t);

/* What a TLB has, and had been told of; and to have that again. false: out of memory. */
struct tlb_mark {
	struct regions regions;
	uint32_t random;
	pid_t fault_tid;
	uint64_t fault_addr, fault_access;
	struct selread selread;
};

bool tlb_mark(struct hproc *p, struct tlb_mark *m);
void tlb_mark_free(struct tlb_mark *m);
bool tlb_return(struct hproc *p, const struct tlb_mark *m);

/*
 * Pages that host/dirty.h does not name are read-only for the host, whatever the TLB has. protect:
 * some are not named any more. written: the process has written at @addr; false: that was not why
 * it could not.
 */
void tlb_protect_ram(struct hproc *p);
bool tlb_written(struct hproc *p, uint64_t addr);

/* From now on the code of a process is looked at (selread.h), what it has already included. */
void tlb_scan(struct hproc *p);

/* Empties the TLB of a process before its next run. */
void tlb_flush(struct hproc *p);

/* Rights with which the process has @addr, 0: not at all. */
unsigned tlb_rights(const struct hproc *p, uint64_t addr);

/* @addr, which @m covers, was missed: @m allows the @access (L4_PF_*). */
void tlb_miss(struct hproc *p, struct mapping *m, uint64_t addr, uint64_t access);

/* The fault of @tid at @addr goes to a pager. */
void tlb_await(struct hproc *p, pid_t tid, uint64_t addr, uint64_t access);

/* Executes what is queued before @h runs. 0 or negative errno: process unusable. */
int tlb_sync(struct hproc *p, const struct hthread *h);

/*
 * The same for the stub engine; where it can, it leaves it to others: to @h itself, when its offer
 * is accepted (offer.h) or with the step in h->step (step.h), or to the first thread, which lets @h
 * go afterwards (turn.h). carry_failed: that did not come to pass, and will be made up for.
 * make_step: @h has not taken its step, or perhaps not. Both 0 or negative errno as above.
 */
enum tlb_carrier { CARRIER_NONE, CARRIER_OFFER, CARRIER_STEP, CARRIER_TURN };
int tlb_carry(struct hthread *h, enum tlb_carrier *by);
void tlb_carry_failed(struct hproc *p);
int tlb_make_step(struct hthread *h);

#endif
