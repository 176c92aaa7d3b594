/* SPDX-License-Identifier: MIT */
/*
 * The maps, made from the KIP's memory descriptors: conventional memory is free RAM; reserved,
 * dedicated and boot loader memory cut holes into it. What is no RAM may be device memory.
 */
#include "memory.h"

#include <l4/sys/consts.h>
#include <l4/sys/memdesc.h>
#include <string.h>

#define MEMORY_ADDR_BITS 52
#define MEMORY_PORTS 0x10000UL
#define MEMORY_FIRST_SLOTS 256

static struct range ram_slots[MEMORY_FIRST_SLOTS];
static struct range io_slots[MEMORY_FIRST_SLOTS];
static struct range port_slots[MEMORY_FIRST_SLOTS];

struct ranges memory_ram = { ram_slots, 0, MEMORY_FIRST_SLOTS };
struct ranges memory_io = { io_slots, 0, MEMORY_FIRST_SLOTS };
struct ranges memory_ports = { port_slots, 0, MEMORY_FIRST_SLOTS };

static void memory_set(struct ranges *m, l4_umword_t start, l4_umword_t end, l4_umword_t owner,
		       unsigned rights)
{
	ranges_set(m, &(struct range){ start, end, owner, rights });
}

/* Doubles a map's slots when they run out; the new ones are a block of RAM. */
static long memory_make_room(struct ranges *m)
{
	l4_umword_t size = m->max * sizeof(*m->r), start;
	struct range *old = m->r;
	unsigned order = L4_PAGESHIFT;

	if (m->count + 2 * RANGES_SPARE <= m->max)
		return 0;
	while (1UL << order < 2 * size)
		order++;
	start = ranges_find_free(&memory_ram, order);
	if (!start)
		return m->count + RANGES_SPARE <= m->max ? 0 : -L4_ENOMEM;
	memory_set(&memory_ram, start, start + (1UL << order), RANGE_SELF, L4_FPAGE_RWX);
	memcpy((void *)start, old, m->count * sizeof(*old));
	m->r = (struct range *)start;
	m->max = (1UL << order) / sizeof(*old);
	/* The first slots are no RAM of the map; later ones are and go back to it. */
	if (old != ram_slots && old != io_slots && old != port_slots) {
		for (order = L4_PAGESHIFT; 1UL << order < size; order++)
			;
		memory_set(&memory_ram, (l4_umword_t)old, (l4_umword_t)old + (1UL << order),
			   RANGE_FREE, L4_FPAGE_RWX);
	}
	return 0;
}

static void memory_add_ram(l4_mem_desc_t const *d)
{
	l4_umword_t start = l4_kernel_info_get_mem_desc_start(d);
	l4_umword_t end = l4_kernel_info_get_mem_desc_end(d) + 1;

	memory_set(&memory_ram, l4_round_page(start), l4_trunc_page(end), RANGE_FREE, L4_FPAGE_RWX);
	memory_set(&memory_io, l4_trunc_page(start), l4_round_page(end), RANGE_RESERVED, 0);
}

/* A hole. Descriptors are whole pages outward: nobody shares a page with what is reserved. */
static void memory_add_hole(l4_mem_desc_t const *d, l4_umword_t root)
{
	l4_umword_t start = l4_trunc_page(l4_kernel_info_get_mem_desc_start(d));
	l4_umword_t end = l4_round_page(l4_kernel_info_get_mem_desc_end(d) + 1);

	switch (l4_kernel_info_get_mem_desc_type(d)) {
	case l4_mem_type_reserved:
	case l4_mem_type_dedicated:
		memory_set(&memory_ram, start, end, RANGE_RESERVED, 0);
		memory_set(&memory_io, start, end, RANGE_RESERVED, 0);
		break;
	case l4_mem_type_bootloader:
		memory_set(&memory_ram, start, end, root,
			   l4_kernel_info_get_mem_desc_subtype(d) & L4_FPAGE_RWX);
		memory_set(&memory_io, start, end, RANGE_RESERVED, 0);
		break;
	}
}

void memory_init(l4_kernel_info_t const *kip, l4_umword_t root)
{
	l4_mem_desc_t const *d = l4_kernel_info_get_mem_descs(kip);
	unsigned n = l4_kernel_info_get_num_mem_descs(kip);

	memory_set(&memory_io, 0, 1UL << MEMORY_ADDR_BITS, RANGE_FREE, L4_FPAGE_RW);
	memory_set(&memory_ports, 0, MEMORY_PORTS, RANGE_FREE, L4_FPAGE_RW);
	for (unsigned i = 0; i < n; i++)
		if (!l4_kernel_info_get_mem_desc_is_virtual(d + i) &&
		    l4_kernel_info_get_mem_desc_type(d + i) == l4_mem_type_conventional)
			memory_add_ram(d + i);
	for (unsigned i = 0; i < n; i++)
		if (!l4_kernel_info_get_mem_desc_is_virtual(d + i))
			memory_add_hole(d + i, root);
	memory_set(&memory_ram, (l4_umword_t)kip, (l4_umword_t)kip + L4_PAGESIZE, RANGE_RESERVED,
		   0);
}

/* Changes the owner, keeping the rights of what the owner has already. */
static void memory_give(struct ranges *m, l4_umword_t start, l4_umword_t end, l4_umword_t owner)
{
	struct range const *r = ranges_at(m, start);

	if (r->owner != owner || r->end < end)
		memory_set(m, start, end, owner, L4_FPAGE_RWX);
}

long memory_take(struct ranges *m, l4_umword_t start, unsigned order, l4_umword_t owner)
{
	l4_umword_t end;

	if (order >= MEMORY_ADDR_BITS || start >= 1UL << MEMORY_ADDR_BITS)
		return -L4_ENOMEM;
	end = start + (1UL << order);
	/* Room comes first: it may take the very block that is asked for. */
	if (memory_make_room(m) < 0 || !ranges_available(m, start, end, owner))
		return -L4_ENOMEM;
	memory_give(m, start, end, owner);
	return 0;
}

long memory_take_any(unsigned order, l4_umword_t owner, l4_umword_t *start)
{
	if (order >= MEMORY_ADDR_BITS || memory_make_room(&memory_ram) < 0)
		return -L4_ENOMEM;
	*start = ranges_find_free(&memory_ram, order);
	if (!*start)
		return -L4_ENOMEM;
	memory_give(&memory_ram, *start, *start + (1UL << order), owner);
	return 0;
}

long memory_fault(l4_umword_t page, unsigned need, l4_umword_t owner, unsigned *rights)
{
	long err = memory_make_room(&memory_ram);
	struct range const *r = ranges_at(&memory_ram, page);

	if (err < 0 || !r || (r->owner != RANGE_FREE && r->owner != owner) || !r->rights)
		return -L4_ENOMEM;
	if ((r->rights & need) != need)
		return -L4_EACCESS;
	*rights = r->rights;
	memory_give(&memory_ram, page, page + L4_PAGESIZE, owner);
	return 0;
}
