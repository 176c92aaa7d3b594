/* SPDX-License-Identifier: MIT */
/*
 * Basic types: capability selectors, message tags and what can be read from them. Source:
 * Fiasco/L4Re ABI, r-2026-W26: l4sys types.h.
 */
#ifndef L4_SYS_TYPES_H
#define L4_SYS_TYPES_H

#include <l4/abi/consts.h>
#include <l4/abi/err.h>
#include <l4/abi/msg.h>
#include <l4/abi/stdtypes.h>
#include <l4/abi/utcb.h>

/* Integers of a given number of bits, unsigned (u) and signed. */
typedef unsigned char l4_uint8_t;
typedef unsigned short l4_uint16_t;
typedef unsigned int l4_uint32_t;
typedef unsigned long long l4_uint64_t;
typedef signed char l4_int8_t;
typedef short l4_int16_t;
typedef int l4_int32_t;
typedef long long l4_int64_t;
typedef unsigned long l4_addr_t; /* address */

/* Time of the kernel clock in microseconds (nanoseconds where a function says so). */
typedef l4_uint64_t l4_kernel_clock_t;

/* Capability selector: index << L4_CAP_SHIFT, or L4_INVALID_CAP. */
typedef unsigned long l4_cap_idx_t;

/* Message tag, see l4/abi/msg.h for the fields. */
typedef struct l4_msgtag_t {
	l4_mword_t raw; /* fields as in msg.h */
} l4_msgtag_t;

/*
 * Makes a tag. label: protocol or result, signed; words: untyped words 0..63; items: typed
 * items, two words each, behind them; flags: L4_MSGTAG_*.
 */
static inline l4_msgtag_t l4_msgtag(long label, unsigned words, unsigned items, unsigned flags)
{
	l4_umword_t raw = (l4_umword_t)label << L4_MSGTAG_LABEL_SHIFT;

	raw |= words & L4_MSGTAG_WORDS_MASK;
	raw |= (items & L4_MSGTAG_ITEMS_MASK) << L4_MSGTAG_ITEMS_SHIFT;
	raw |= flags & L4_MSGTAG_FLAGS;
	return (l4_msgtag_t){ (l4_mword_t)raw };
}

/* Label of the tag: protocol of a request, result (0, positive or -L4_E...) of an answer. */
static inline long l4_msgtag_label(l4_msgtag_t tag)
{
	return tag.raw >> L4_MSGTAG_LABEL_SHIFT;
}

/* Number of untyped words. */
static inline unsigned l4_msgtag_words(l4_msgtag_t tag)
{
	return tag.raw & L4_MSGTAG_WORDS_MASK;
}

/* Number of typed items. */
static inline unsigned l4_msgtag_items(l4_msgtag_t tag)
{
	return (l4_umword_t)tag.raw >> L4_MSGTAG_ITEMS_SHIFT & L4_MSGTAG_ITEMS_MASK;
}

/* The flags L4_MSGTAG_*, in place. */
static inline unsigned l4_msgtag_flags(l4_msgtag_t tag)
{
	return tag.raw & L4_MSGTAG_FLAGS;
}

/* Not 0 when the IPC failed; the reason is in the UTCB, see l4_ipc_error(). */
static inline unsigned l4_msgtag_has_error(l4_msgtag_t tag)
{
	return tag.raw & L4_MSGTAG_ERROR;
}

/* Whether a tag is that of a page-fault message. */
static inline int l4_msgtag_is_page_fault(l4_msgtag_t tag)
{
	return l4_msgtag_label(tag) == L4_PROTO_PAGE_FAULT;
}

/* Whether a tag is that of an exception message. */
static inline int l4_msgtag_is_exception(l4_msgtag_t tag)
{
	return l4_msgtag_label(tag) == L4_PROTO_EXCEPTION;
}

/* Whether a selector names a capability slot at all; says nothing about what is in the slot. */
static inline int l4_is_valid_cap(l4_cap_idx_t cap)
{
	return !(cap & L4_INVALID_CAP_BIT);
}

#endif
