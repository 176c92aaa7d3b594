// SPDX-License-Identifier: MIT
/* Parked pages. */
#include "parked.h"

#include <l4/abi/consts.h>

void parked_leave(struct parked *p, uint64_t va, uint64_t pa)
{
	p->leaving = (struct parked_page){ va, pa };
	p->is_leaving = true;
}

static bool is_in(const struct host_op *op, uint64_t va)
{
	return va - op->va < op->len;
}

static bool is_page(const struct host_op *op, const struct parked_page *g)
{
	return op->len == L4_PAGESIZE && op->va == g->va;
}

static void drop(struct parked *p, unsigned i)
{
	p->page[i] = p->page[--p->pages];
}

/* Has page @pa at @va come back before? Of one that has not, note is taken. */
static bool has_returned(struct parked *p, uint64_t va, uint64_t pa)
{
	unsigned i = 0;

	while (i < PARKED_MAX && (p->left[i].page.va != va || p->left[i].page.pa != pa))
		i++;
	if (i < PARKED_MAX)
		return p->left[i].returned;
	i = p->next_left++ % PARKED_MAX;
	p->left[i].page = (struct parked_page){ va, pa };
	p->left[i].returned = false;
	return false;
}

/* A page comes back; with a whole range, its past goes. */
static void note_past(struct parked *p, const struct host_op *op)
{
	for (unsigned i = 0; i < PARKED_MAX; i++) {
		const struct parked_page *g = &p->left[i].page;

		if (op->kind == HOST_MAP && is_page(op, g) && op->pa == g->pa)
			p->left[i].returned = true;
		else if (op->kind == HOST_UNMAP && is_in(op, g->va) && !is_page(op, g))
			p->left[i].page = (struct parked_page){ 0 };
	}
}

/* Without rights, in place of being unmapped. */
static int park(struct parked *p, int (*emit)(void *, const struct host_op *), void *arg)
{
	struct host_op gone = { .kind = HOST_UNMAP, .len = L4_PAGESIZE };
	struct host_op op = { .kind = HOST_PROTECT, .va = p->leaving.va, .len = L4_PAGESIZE };
	int e = 0;

	if (p->pages == PARKED_MAX) {
		unsigned i = p->next++ % PARKED_MAX;

		gone.va = p->page[i].va;
		e = emit(arg, &gone);
		drop(p, i);
	}
	p->page[p->pages++] = p->leaving;
	return e ? e : emit(arg, &op);
}

int parked_emit(struct parked *p, const struct host_op *op,
		int (*emit)(void *, const struct host_op *), void *arg)
{
	bool leaves = p->is_leaving && op->kind == HOST_UNMAP && is_page(op, &p->leaving) &&
		      has_returned(p, p->leaving.va, p->leaving.pa);
	struct host_op changed = *op;
	int e = 0;

	note_past(p, op);
	if (p->is_leaving && is_in(op, p->leaving.va))
		p->is_leaving = false;
	for (unsigned i = p->pages; !e && i-- > 0;) {
		struct host_op gone = { .kind = HOST_UNMAP,
					.va = p->page[i].va,
					.len = L4_PAGESIZE };

		if (!is_in(op, gone.va))
			continue;
		if (op->kind == HOST_MAP && is_page(op, &p->page[i]) && op->pa == p->page[i].pa)
			changed.kind = HOST_PROTECT;
		else if (op->kind == HOST_PROTECT) /* which must not give it rights */
			e = emit(arg, &gone);
		drop(p, i);
	}
	if (e)
		return e;
	return leaves ? park(p, emit, arg) : emit(arg, &changed);
}
