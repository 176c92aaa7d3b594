// SPDX-License-Identifier: MIT
/* The TLB of host mappings. */
#define _GNU_SOURCE
#include "../core/arch.h"
#include "../core/space.h"
#include "../host/report.h"
#include "inject.h"
#include "proc.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>

/* Mappings up to this order are installed when they are made, larger ones when touched. */
#define EAGER_ORDER 12
#define HOST_DEFAULT_MAPS 65530U

static unsigned maps_max = HOST_DEFAULT_MAPS / 2;

void tlb_init(void)
{
	FILE *f = fopen("/proc/sys/vm/max_map_count", "re");
	char buf[32];

	/* One operation can make two host mappings out of one. */
	if (f && fgets(buf, sizeof(buf), f)) {
		unsigned long n = strtoul(buf, NULL, 10);

		if (n > 256 && n < UINT32_MAX)
			maps_max = (n - 128) / 2;
	}
	if (f)
		fclose(f);
}

static int host_prot(unsigned rights)
{
	return (rights & L4_FPAGE_R ? PROT_READ : 0) | (rights & L4_FPAGE_W ? PROT_WRITE : 0) |
	       (rights & L4_FPAGE_X ? PROT_EXEC : 0);
}

void tlb_flush(struct hproc *p)
{
	p->tlb.count = 0;
	p->tlb.mapped = 0;
	p->tlb.flush = true;
	if (p->space)
		p->space->tlb_gen++;
}

/* true: @op continues the last one queued. */
static bool merge(struct tlb_queue *q, const struct tlb_op *op)
{
	struct tlb_op *last;

	if (!q->count)
		return false;
	last = &q->op[q->count - 1];
	if (last->kind != op->kind || last->rights != op->rights)
		return false;
	if (last->va + last->len == op->va &&
	    (op->kind != TLB_MAP || last->pa + last->len == op->pa)) {
		last->len += op->len;
		return true;
	}
	return false;
}

static bool queue(struct hproc *p, const struct tlb_op *op)
{
	struct tlb_queue *q = &p->tlb;

	if (merge(q, op))
		return true;
	if (q->mapped >= maps_max || q->count == TLB_QUEUE_MAX)
		return false;
	q->mapped++;
	q->op[q->count++] = *op;
	return true;
}

void tlb_fill(struct hproc *p, struct mapping *m)
{
	struct tlb_op op = { TLB_MAP, m->va, order_size(m->order), m->pa, m->rights };

	if (!queue(p, &op)) {
		tlb_flush(p);
		queue(p, &op);
	}
	m->tlb_gen = p->space->tlb_gen;
	m->flags |= MAPPING_REFERENCED | (m->rights & L4_FPAGE_W ? MAPPING_DIRTY : 0);
}

void arch_tlb_map(struct space *s, const struct mapping *m)
{
	struct hproc *p = s->arch;

	if (p && m->order <= EAGER_ORDER && p->tlb.count < TLB_QUEUE_MAX &&
	    p->tlb.mapped < maps_max)
		tlb_fill(p, (struct mapping *)m);
}

void arch_tlb_unmap(struct space *s, uint64_t va, unsigned order)
{
	struct hproc *p = s->arch;
	struct tlb_op op = { TLB_UNMAP, va, order_size(order), 0, 0 };

	if (p && !queue(p, &op))
		tlb_flush(p);
}

void arch_tlb_protect(struct space *s, uint64_t va, unsigned order, unsigned rights)
{
	struct hproc *p = s->arch;
	struct tlb_op op = { TLB_PROTECT, va, order_size(order), 0, rights };

	if (p && !queue(p, &op))
		tlb_flush(p);
}

void arch_tlb_flush(struct space *s)
{
	if (s->arch)
		tlb_flush(s->arch);
	else
		s->tlb_gen++;
}

static struct stub_op encode(const struct tlb_op *op)
{
	bool ku = op->pa & TLB_KU_FRAME;

	switch (op->kind) {
	case TLB_MAP:
		/* Nobody answers there: what is written lasts until the TLB forgets the page. */
		if (op->pa & FRAME_DEVICE)
			return (struct stub_op){
				SYS_mmap,
				{ op->va, op->len, host_prot(op->rights),
				  MAP_PRIVATE | MAP_FIXED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0 }
			};
		return (struct stub_op){
			SYS_mmap,
			{ op->va, op->len, host_prot(op->rights),
			  MAP_SHARED | MAP_FIXED | (op->len <= 0x10000 ? MAP_POPULATE : 0),
			  ku ? STUB_FD_KU : STUB_FD_RAM, op->pa & ~TLB_KU_FRAME }
		};
	case TLB_UNMAP:
		return (struct stub_op){ SYS_munmap, { op->va, op->len } };
	default:
		return (struct stub_op){ SYS_mprotect, { op->va, op->len, host_prot(op->rights) } };
	}
}

static int execute(struct hproc *p, struct hthread *h)
{
	unsigned n = 0;

	if (p->tlb.flush)
		inject_ops->op[n++] = (struct stub_op){ SYS_munmap, { 0, STUB_CODE } };
	for (unsigned i = 0; i < p->tlb.count; i++)
		inject_ops->op[n++] = encode(&p->tlb.op[i]);
	p->tlb.flush = false;
	p->tlb.count = 0;
	return inject_run(h, n);
}

int tlb_sync(struct hproc *p, struct hthread *h)
{
	int e;

	if (!p->tlb.count && !p->tlb.flush)
		return 0;
	e = execute(p, h);
	if (!e || e == -ESRCH)
		return e;
	/* The host's limits are hit in a way the bound did not foresee: start over empty. */
	tlb_flush(p);
	e = execute(p, h);
	if (e && e != -ESRCH)
		report_error("cannot empty the memory of a task process: %s", report_errno(-e));
	return e;
}
