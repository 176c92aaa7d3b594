// SPDX-License-Identifier: MIT
/* The TLB of host mappings. */
#define _GNU_SOURCE
#include "tlb.h"

#include "../core/arch.h"
#include "../core/space.h"
#include "../host/dirty.h"
#include "../host/dma.h"
#include "../host/memory.h"
#include "../host/report.h"
#include "inject.h"
#include "proc.h"

#include <errno.h>
#include <l4/abi/utcb.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#define AROUND (1UL << TLB_AROUND_ORDER)
#define HOST_DEFAULT_MAPS 65530UL
#define HOST_SPARE_MAPS 64UL /* the stub's, parked ones, and for states on the way */

static uint32_t maps_max;
static unsigned long misses, trips, calls, evictions, refusals;

void tlb_init(void)
{
	FILE *f = fopen("/proc/sys/vm/max_map_count", "re");
	unsigned long max = HOST_DEFAULT_MAPS, wanted;
	const char *env = getenv("L4UX_MAX_MAPS");
	char buf[32];

	if (f && fgets(buf, sizeof(buf), f))
		max = strtoul(buf, NULL, 10);
	if (f)
		fclose(f);
	wanted = env ? strtoul(env, NULL, 10) : max;
	if (wanted < max)
		max = wanted;
	if (max < HOSTMAP_LIMIT_MIN + HOST_SPARE_MAPS)
		max = HOSTMAP_LIMIT_MIN + HOST_SPARE_MAPS;
	maps_max = max < INT32_MAX ? max - HOST_SPARE_MAPS : INT32_MAX;
}

void tlb_report(void)
{
	report_info("memory of tasks: %lu misses, %lu host calls in %lu trips, %lu evictions, "
		    "%lu refusals",
		    misses, calls, trips, evictions, refusals);
}

static int host_prot(unsigned rights)
{
	return (rights & L4_FPAGE_R ? PROT_READ : 0) | (rights & L4_FPAGE_W ? PROT_WRITE : 0) |
	       (rights & L4_FPAGE_X ? PROT_EXEC : 0);
}

/* The file a range of frames lies in, and where; -1: device memory without a device. */
static int frame_file(const struct host_op *op, uint64_t *offset)
{
	if (op->pa & FRAME_DEVICE) {
		uint64_t at = op->pa & ~FRAME_DEVICE;

		*offset = at - memory_io_start();
		return at >= memory_io_start() && at + op->len <= memory_io_end() ? STUB_FD_IO : -1;
	}
	*offset = op->pa & ~TLB_KU_FRAME;
	return op->pa & TLB_KU_FRAME ? STUB_FD_KU : STUB_FD_RAM;
}

static struct stub_op encode(const struct host_op *op)
{
	uint64_t offset;
	int file;

	switch (op->kind) {
	case HOST_MAP:
		file = frame_file(op, &offset);
		/* Nobody answers there: what is written lasts until the TLB forgets the page. */
		if (file < 0)
			return (struct stub_op){
				SYS_mmap,
				{ op->va, op->len, host_prot(op->rights),
				  MAP_PRIVATE | MAP_FIXED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0 }
			};
		return (struct stub_op){ SYS_mmap,
					 { op->va, op->len, host_prot(op->rights),
					   MAP_SHARED | MAP_FIXED |
						   (op->len <= AROUND ? MAP_POPULATE : 0),
					   file, offset } };
	case HOST_UNMAP:
		return (struct stub_op){ SYS_munmap, { op->va, op->len } };
	default:
		return (struct stub_op){ SYS_mprotect, { op->va, op->len, host_prot(op->rights) } };
	}
}

/* A list of host calls on its way into a process. */
struct trip {
	struct hproc *p;
	unsigned ops;
};

static int depart(struct trip *t)
{
	unsigned n = t->ops;

	if (!n)
		return 0;
	t->ops = 0;
	trips++;
	calls += n;
	return inject_run(proc_leader(t->p), n);
}

static int seat(void *arg, const struct host_op *op)
{
	struct trip *t = arg;
	int e = t->ops == STUB_OPS_MAX ? depart(t) : 0;

	inject_ops->op[t->ops++] = encode(op);
	return e;
}

static int board(struct trip *t, const struct host_op *op)
{
	return parked_emit(&t->p->tlb.parked, op, seat, t);
}

/* Writable is only what dirty.h names. A HOST_PROTECT may cover several regions. */
static int emit_tracked(struct trip *t, const struct host_op *op)
{
	struct host_op part = { .kind = op->kind, .va = op->va };
	uint64_t end = op->va + op->len, len;
	int e = 0;

	for (uint64_t va = op->va; !e && va < end; va += len) {
		const struct region *n = hostmap_find(&t->p->tlb.map, va);
		uint64_t pa = n->pa + (va - n->va);
		unsigned rights = n->rights;
		bool named;

		len = dirty_run(pa, (region_end(n) < end ? region_end(n) : end) - va, &named);
		if (!named)
			rights &= ~L4_FPAGE_W;
		if (part.len && (rights != part.rights ||
				 (part.kind == HOST_MAP && part.pa + part.len != pa))) {
			e = board(t, &part);
			part = (struct host_op){ .kind = op->kind, .va = va };
		}
		if (!part.len) {
			part.pa = pa;
			part.rights = rights;
		}
		part.len += len;
	}
	return e ? e : board(t, &part);
}

static int emit(void *arg, const struct host_op *op)
{
	if (dirty_tracked && op->kind != HOST_UNMAP && op->rights & L4_FPAGE_W)
		return emit_tracked(arg, op);
	return board(arg, op);
}

static int execute(struct hproc *p)
{
	struct trip t = { .p = p };
	int e = hostmap_sync(&p->tlb.map, USER_END, emit, &t);

	return e ? e : depart(&t);
}

static int update(struct hproc *p)
{
	int e = execute(p);

	if (!e || e == -ESRCH)
		return e;
	/* The host's limits are hit in a way the bound did not foresee: start over empty. */
	refusals++;
	hostmap_flush(&p->tlb.map);
	e = execute(p);
	if (e && e != -ESRCH)
		report_error("cannot empty the memory of a task process: %s", report_errno(-e));
	return e;
}

/* The list of changes is full. */
static void drain(struct hostmap *map)
{
	struct hproc *p = list_entry(map, struct hproc, tlb.map);

	if (!p->dead && update(p) < 0)
		p->dead = true;
	if (p->dead)
		hostmap_flush(map);
}

bool tlb_create(struct tlb *t)
{
	t->fault_tid = 0;
	return hostmap_init(&t->map, maps_max, drain);
}

void tlb_destroy(struct tlb *t)
{
	evictions += t->map.evictions;
	hostmap_fini(&t->map);
}

void tlb_flush(struct hproc *p)
{
	p->tlb.fault_tid = 0;
	hostmap_flush(&p->tlb.map);
	selread_forget(&p->selread);
}

bool tlb_mark(struct hproc *p, struct tlb_mark *m)
{
	*m = (struct tlb_mark){
		.random = p->tlb.map.random,
		.fault_tid = p->tlb.fault_tid,
		.fault_addr = p->tlb.fault_addr,
		.fault_access = p->tlb.fault_access,
		.selread = p->selread,
	};
	return regions_copy(&m->regions, &p->tlb.map.regions);
}

void tlb_mark_free(struct tlb_mark *m)
{
	regions_fini(&m->regions);
}

bool tlb_return(struct hproc *p, const struct tlb_mark *m)
{
	if (!hostmap_return(&p->tlb.map, &m->regions))
		return false;
	p->tlb.map.random = m->random;
	p->tlb.fault_tid = m->fault_tid;
	p->tlb.fault_addr = m->fault_addr;
	p->tlb.fault_access = m->fault_access;
	selread_return(&p->selread, &m->selread);
	return true;
}

void tlb_protect_ram(struct hproc *p)
{
	const struct region *n;

	for (uint64_t va = 0, end; (n = regions_after(&p->tlb.map.regions, va)); va = end) {
		end = region_end(n);
		if (n->rights & L4_FPAGE_W && n->pa < memory_ram_end())
			hostmap_again(&p->tlb.map, n->va, n->len);
	}
}

bool tlb_written(struct hproc *p, uint64_t addr)
{
	const struct region *n = hostmap_find(&p->tlb.map, addr);

	addr &= -L4_PAGESIZE;
	if (!dirty_tracked || !n || !(n->rights & L4_FPAGE_W))
		return false;
	dirty_name(n->pa + (addr - n->va));
	hostmap_again(&p->tlb.map, addr, L4_PAGESIZE);
	return true;
}

unsigned tlb_rights(const struct hproc *p, uint64_t addr)
{
	const struct region *n = hostmap_find(&p->tlb.map, addr);

	return n ? n->rights : 0;
}

/* Access flags of @m after an @access to it. */
static unsigned flags_after(const struct mapping *m, uint64_t access)
{
	return m->flags | MAPPING_REFERENCED |
	       (access == L4_PF_WRITE && m->rights & L4_FPAGE_W ? MAPPING_DIRTY : 0);
}

/* A clean page is mapped read-only, so that the first write is seen. */
static unsigned rights_with(const struct mapping *m, unsigned flags)
{
	return flags & (MAPPING_DIRTY | MAPPING_KU) ? m->rights : m->rights & ~L4_FPAGE_W;
}

static bool same_flexpage(const struct mapping *a, const struct mapping *b)
{
	return a->span == b->span && a->va >> a->span == b->va >> b->span;
}

/* The page at @va may come along with @m, which is mapped with @rights after an @access. */
static bool comes_along(struct hproc *p, struct mapping *m, uint64_t va, uint64_t access,
			unsigned rights)
{
	struct mapping *n = space_next(m->space, va, va + L4_PAGESIZE);
	unsigned flags;

	if (!n || n->order != L4_PAGESHIFT || n->rights != m->rights ||
	    n->pa - n->va != m->pa - m->va)
		return false;
	flags = same_flexpage(n, m) ? flags_after(n, access) : n->flags;
	if (!(flags & MAPPING_REFERENCED) || rights_with(n, flags) != rights ||
	    tlb_rights(p, va) == rights)
		return false;
	n->flags = flags;
	return true;
}

/* Code that becomes executable. What is mapped before it tells where its instructions begin. */
static void scan(struct hproc *p, uint64_t va, uint64_t pa, uint64_t len)
{
	const struct mapping *n = va ? space_next(p->space, va - L4_PAGESIZE, va) : NULL;
	bool leads = n && n->rights & L4_FPAGE_X && n->pa - n->va == pa - va;

	selread_scan(&p->selread, va, memory_ptr(pa), len, leads ? L4_PAGESIZE : 0);
}

void tlb_scan(struct hproc *p)
{
	const struct region *n;

	p->selread.wanted = true;
	for (uint64_t va = 0; (n = regions_after(&p->tlb.map.regions, va)); va = region_end(n))
		if (n->rights & L4_FPAGE_X)
			scan(p, n->va, n->pa, n->len);
}

static void install_range(struct hproc *p, const struct mapping *m, uint64_t va, uint64_t end,
			  unsigned rights)
{
	uint64_t pa = m->pa - (m->va - va);

	hostmap_map(&p->tlb.map, va, end - va, pa, rights);
	if (rights & L4_FPAGE_X && p->selread.wanted)
		scan(p, va, pa, end - va);
}

/* Of a large page only the pieces that are executed are executable: the others stay unread. */
static void install_large(struct hproc *p, const struct mapping *m, uint64_t addr, uint64_t access,
			  unsigned rights)
{
	uint64_t piece = order_trunc(addr, TLB_AROUND_ORDER);
	unsigned data = rights & ~L4_FPAGE_X;

	if (tlb_rights(p, addr) != data)
		hostmap_map(&p->tlb.map, m->va, order_size(m->order), m->pa, data);
	if (access == L4_PF_FETCH)
		install_range(p, m, piece, piece + AROUND, rights);
}

/* @m, because of an @access to @addr in it. */
static void install(struct hproc *p, struct mapping *m, uint64_t addr, uint64_t access, bool around)
{
	uint64_t va = m->va, end = va + order_size(m->order),
		 window = order_trunc(va, TLB_AROUND_ORDER);
	unsigned rights;

	m->flags = flags_after(m, access);
	rights = rights_with(m, m->flags);
	if (m->order > TLB_AROUND_ORDER && rights & L4_FPAGE_X) {
		install_large(p, m, addr, access, rights);
		return;
	}
	if (around && m->order == L4_PAGESHIFT) {
		while (va > window && comes_along(p, m, va - L4_PAGESIZE, access, rights))
			va -= L4_PAGESIZE;
		while (end < window + AROUND && comes_along(p, m, end, access, rights))
			end += L4_PAGESIZE;
	}
	install_range(p, m, va, end, rights);
}

void tlb_miss(struct hproc *p, struct mapping *m, uint64_t addr, uint64_t access)
{
	misses++;
	if (access == L4_PF_WRITE)
		dirty_name(m->pa + (addr - m->va));
	install(p, m, addr, access, true);
}

void tlb_await(struct hproc *p, pid_t tid, uint64_t addr, uint64_t access)
{
	p->tlb.fault_tid = tid;
	p->tlb.fault_addr = addr;
	p->tlb.fault_access = access;
}

static bool near(const struct tlb *t, const struct mapping *m, unsigned order)
{
	if (order < m->order)
		order = m->order;
	return t->fault_tid && t->fault_addr >> order == m->va >> order;
}

void arch_tlb_map(struct space *s, struct mapping *m)
{
	struct hproc *p = s->arch;

	if (s->dma)
		dma_changed(s, m->va, order_size(m->order));
	if (!p && s->wanted_by)
		p = proc_of_space(s, s->wanted_by);
	if (!p)
		return;
	if (s->wanted_by) {
		install(p, m, m->va, L4_PF_WRITE, false);
		return;
	}
	/*
	 * The flexpage that answers the fault, or what the pager knows will be needed too, or a
	 * dirty page that gets back its right to write (mprotect in a guest).
	 */
	if (near(&p->tlb, m, m->span) && near(&p->tlb, m, TLB_AROUND_ORDER))
		install(p, m, p->tlb.fault_addr, p->tlb.fault_access, false);
	else if (near(&p->tlb, m, TLB_AROUND_ORDER))
		install(p, m, m->va, L4_PF_WRITE, false);
	else if (m->flags & MAPPING_DIRTY && tlb_rights(p, m->va))
		install(p, m, m->va, 0, false);
}

static uint64_t range_size(uint64_t va, unsigned order)
{
	return order < 47 && va + order_size(order) < USER_END ? order_size(order) : USER_END - va;
}

/* Device memory without a device must not come back. */
static void park(struct hproc *p, uint64_t va)
{
	const struct region *n = hostmap_find(&p->tlb.map, va);

	if (n && engine->run_maps && !(n->pa & FRAME_DEVICE) && hostmap_is_settled(&p->tlb.map, va))
		parked_leave(&p->tlb.parked, va, n->pa + (va - n->va));
}

void arch_tlb_unmap(struct space *s, uint64_t va, unsigned order)
{
	struct hproc *p = s->arch;

	if (s->dma)
		dma_changed(s, va, range_size(va, order));
	if (!p || va >= USER_END)
		return;
	if (order == L4_PAGESHIFT)
		park(p, va);
	hostmap_unmap(&p->tlb.map, va, range_size(va, order));
}

void arch_tlb_protect(struct space *s, uint64_t va, unsigned order, unsigned rights)
{
	struct hproc *p = s->arch;

	if (s->dma)
		dma_changed(s, va, range_size(va, order));
	if (p && va < USER_END)
		hostmap_protect(&p->tlb.map, va, range_size(va, order), rights);
}

void arch_tlb_flush(struct space *s)
{
	if (s->arch)
		tlb_flush(s->arch);
	if (s->dma)
		dma_changed(s, 0, USER_END);
}

int tlb_sync(struct hproc *p, const struct hthread *h)
{
	if (p->tlb.fault_tid == h->tid)
		p->tlb.fault_tid = 0;
	return hostmap_is_behind(&p->tlb.map) ? update(p) : 0;
}

/* A server with bindings lets others go, who could read the list: they get to see none. */
static bool can_carry(struct hproc *p)
{
	return turn_has(p) && !p->bindings && !p->tlb.carry_failed;
}

/* The only call of the list is one that @h can make. */
static enum tlb_carrier leave_to_thread(struct hthread *h)
{
	struct stub_op *op = &inject_ops->op[0];
	bool offered = offer_is(h, op);

	h->step = *op;
	*op = (struct stub_op){ 0 }; /* every task can read it */
	return offered ? CARRIER_OFFER : CARRIER_STEP;
}

static int leave_to_turn(struct hthread *h, unsigned ops, enum tlb_carrier *by)
{
	*by = CARRIER_TURN;
	return turn_carry(h, ops);
}

int tlb_carry(struct hthread *h, enum tlb_carrier *by)
{
	struct hproc *p = h->proc;
	struct trip t = { .p = p };
	int e;

	*by = CARRIER_NONE;
	if (!hostmap_is_behind(&p->tlb.map) || !can_carry(p)) {
		p->tlb.carry_failed = false;
		return tlb_sync(p, h);
	}
	if (p->tlb.fault_tid == h->tid)
		p->tlb.fault_tid = 0;
	e = hostmap_sync(&p->tlb.map, USER_END, emit, &t);
	if (!e && t.ops == STUB_OPS_MAX)
		e = depart(&t);
	if (!e && t.ops == 1 && inject_ops->op[0].nr == SYS_mprotect)
		*by = leave_to_thread(h);
	else if (!e && t.ops)
		e = leave_to_turn(h, t.ops, by);
	if (e) { /* of what has not been done nothing is known */
		*by = CARRIER_NONE;
		hostmap_flush(&p->tlb.map);
		return e == -ESRCH ? e : update(p);
	}
	trips += *by == CARRIER_STEP || *by == CARRIER_TURN;
	calls += t.ops;
	return 0;
}

int tlb_make_step(struct hthread *h)
{
	struct trip t = { h->proc, 1 };
	int e;

	inject_ops->op[0] = h->step;
	e = depart(&t);
	if (!e || e == -ESRCH)
		return e;
	refusals++;
	hostmap_flush(&h->proc->tlb.map);
	return update(h->proc);
}

void tlb_carry_failed(struct hproc *p)
{
	refusals++;
	p->tlb.carry_failed = true;
	hostmap_flush(&p->tlb.map);
}
