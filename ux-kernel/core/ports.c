// SPDX-License-Identifier: MIT
/* I/O ports in the mapping database. */
#include "ports.h"

#include "kmem.h"
#include "mapdb.h"
#include "task.h"

#include <l4/abi/err.h>

static uint64_t page_of(uint64_t port)
{
	return port << L4_PAGESHIFT;
}

/* The task's space of ports, made when it first gets one. NULL: no memory, or it is dead. */
static struct space *ports_make(struct task *t)
{
	struct factory *quota = t->obj.quota;
	struct space *s;

	if (t->ports || t->obj.dead)
		return t->obj.dead ? NULL : t->ports;
	s = kmem_alloc(quota, sizeof(*s));
	if (!s)
		return NULL;
	if (space_init(s, quota) < 0) {
		space_destroy(s);
		kmem_free(quota, s, sizeof(*s));
		return NULL;
	}
	t->ports = s;
	return s;
}

int ports_own_all(struct task *sigma0)
{
	struct space *s = ports_make(sigma0);

	if (!s)
		return -L4_ENOMEM;
	s->identity_end = page_of(PORTS);
	return 0;
}

/* Any right to a port is all of them, but executing one is none. */
static unsigned port_rights(const struct task *src, uint64_t fp)
{
	unsigned rights = fpage_rights(fp) &
			  (src->ports->identity_end ? L4_FPAGE_RWX : L4_FPAGE_RW);

	return rights ? L4_FPAGE_RW : 0;
}

int ports_map(struct task *src, struct task *dst, uint64_t fp, uint64_t base, unsigned order,
	      bool grant)
{
	unsigned snd_order = fpage_order(fp);
	uint64_t from = order_trunc(fpage_index(fp), snd_order);
	struct space *to;

	base = order_trunc(base, order);
	/* Aligned ranges of powers of two: one lies in the other, or they do not meet. */
	if (from >= base + order_size(order) || base >= from + order_size(snd_order))
		return 1;
	if (!src->ports)
		return 0;
	if (snd_order > order) {
		snd_order = order;
		from = base;
	}
	if (from >= PORTS)
		return 0;
	if (snd_order > PORTS_ORDER)
		snd_order = PORTS_ORDER;
	if (!port_rights(src, fp) ||
	    (!src->ports->identity_end && !space_next(src->ports, 0, page_of(PORTS))))
		return 0;
	to = ports_make(dst);
	if (!to)
		return -L4_ENOMEM;
	return mapdb_map(src->ports, to,
			 (struct map_range){ page_of(from), page_of(from),
					     snd_order + L4_PAGESHIFT },
			 port_rights(src, fp), grant);
}

void ports_unmap(struct task *t, uint64_t fp, bool self)
{
	if (t->ports && fpage_rights(fp))
		mapdb_unmap(t->ports, page_of(fpage_index(fp)),
			    fpage_order(fp) > PORTS_ORDER ? PORTS_ORDER + L4_PAGESHIFT
							  : fpage_order(fp) + L4_PAGESHIFT,
			    L4_FPAGE_R, self);
}

bool ports_allowed(struct task *t, unsigned port, unsigned num)
{
	if (!t->ports || port + num > PORTS)
		return false;
	for (unsigned i = 0; i < num; i++)
		if (!space_lookup(t->ports, page_of(port + i)))
			return false;
	return true;
}

void ports_clear(struct task *t)
{
	if (t->ports)
		mapdb_clear(t->ports);
}

void ports_destroy(struct task *t)
{
	if (!t->ports)
		return;
	space_destroy(t->ports);
	kmem_free(t->obj.quota, t->ports, sizeof(*t->ports));
	t->ports = NULL;
}

uint64_t ports_cost(const struct task *t)
{
	return t->ports ? sizeof(*t->ports) + space_cost(t->ports) : 0;
}
