/* SPDX-License-Identifier: MIT */
/* Flexpages and ranges: pure arithmetic on the words of l4/abi/msg.h. */
#ifndef CORE_FPAGE_H
#define CORE_FPAGE_H

#include <l4/abi/consts.h>
#include <l4/abi/msg.h>
#include <stdbool.h>
#include <stdint.h>

/*
 * First address a program cannot have: the pages above belong to the engine's stub, so that no
 * mapping can ever replace it. The KIP's virtual descriptor tells programs.
 */
#define USER_END 0x7ffffe000000ULL

static inline unsigned fpage_type(uint64_t fp)
{
	return fp >> L4_FPAGE_TYPE_SHIFT & L4_FPAGE_TYPE_MASK;
}

static inline unsigned fpage_order(uint64_t fp)
{
	return fp >> L4_FPAGE_ORDER_SHIFT & L4_FPAGE_ORDER_MASK;
}

static inline unsigned fpage_rights(uint64_t fp)
{
	return fp & L4_FPAGE_RIGHTS_MASK;
}

/* Address field; for object flexpages the capability index. */
static inline uint64_t fpage_addr(uint64_t fp)
{
	return fp & ~(L4_PAGESIZE - 1);
}

static inline uint64_t fpage_index(uint64_t fp)
{
	return fp >> L4_FPAGE_ADDR_SHIFT;
}

static inline bool fpage_is_all(uint64_t fp)
{
	return fpage_type(fp) == L4_FPAGE_SPECIAL && fpage_order(fp) == L4_WHOLE_ADDRESS_SPACE;
}

/* 2^order, with the "whole space" orders kept below overflow. */
static inline uint64_t order_size(unsigned order)
{
	return 1ULL << (order > 62 ? 62 : order);
}

static inline uint64_t order_trunc(uint64_t v, unsigned order)
{
	return v & ~(order_size(order) - 1);
}

/*
 * Where a sent range lands in a receive window (L4Re manual, "Flexpages": hot spot). Works for
 * addresses and for capability indices alike; orders count the same unit as the bases.
 */
struct map_range {
	uint64_t src, dst;
	unsigned order;
};

static inline struct map_range map_range_fit(uint64_t snd_base, unsigned snd_order,
					     uint64_t rcv_base, unsigned rcv_order, uint64_t hot)
{
	struct map_range r;

	snd_base = order_trunc(snd_base, snd_order);
	rcv_base = order_trunc(rcv_base, rcv_order);
	if (rcv_order >= snd_order) {
		r.src = snd_base;
		r.dst = rcv_base + order_trunc(hot & (order_size(rcv_order) - 1), snd_order);
		r.order = snd_order;
	} else {
		r.src = snd_base + order_trunc(hot & (order_size(snd_order) - 1), rcv_order);
		r.dst = rcv_base;
		r.order = rcv_order;
	}
	return r;
}

#endif
