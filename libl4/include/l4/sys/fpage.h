/* SPDX-License-Identifier: MIT */
/*
 * Flexpages (naturally aligned power-of-two ranges of memory, I/O ports or capabilities) and the
 * items that carry them. Source: Fiasco/L4Re ABI, r-2026-W26: l4sys __l4_fpage.h.
 */
#ifndef L4_SYS_FPAGE_H
#define L4_SYS_FPAGE_H

#include <l4/sys/types.h>

/* A flexpage: rights 0..3, type 4..5, order 6..11, address 12..63. */
typedef union l4_fpage_t {
	l4_umword_t fpage; /* the word, its old name */
	l4_umword_t raw;   /* the word */
} l4_fpage_t;

/* A send item: snd_base is made by l4_map_control(). */
typedef struct l4_snd_fpage_t {
	l4_umword_t snd_base; /* first word */
	l4_fpage_t fpage;     /* second word */
} l4_snd_fpage_t;

/* The common part of the makers below. */
static inline l4_fpage_t l4_fpage_make(l4_umword_t addr, unsigned order, l4_umword_t type,
				       unsigned rights)
{
	l4_umword_t raw = addr & (~0UL << L4_FPAGE_ADDR_SHIFT);

	raw |= (order & L4_FPAGE_ORDER_MASK) << L4_FPAGE_ORDER_SHIFT;
	raw |= type << L4_FPAGE_TYPE_SHIFT | (rights & L4_FPAGE_RIGHTS_MASK);
	return (l4_fpage_t){ raw };
}

/* Memory: address and order (log2 of bytes, at least 12); rights L4_FPAGE_R/RW/RX/RWX. */
static inline l4_fpage_t l4_fpage(l4_addr_t address, unsigned order, unsigned char rights)
{
	return l4_fpage_make(address, order, L4_FPAGE_MEMORY, rights);
}

/* Capabilities: first selector, order (log2 of their number), rights L4_CAP_FPAGE_*. */
static inline l4_fpage_t l4_obj_fpage(l4_cap_idx_t obj, unsigned order, unsigned char rights)
{
	return l4_fpage_make(obj, order, L4_FPAGE_OBJ, rights);
}

/* I/O ports: first port and order (log2 of their number; 16: all). */
static inline l4_fpage_t l4_iofpage(unsigned long port, unsigned order)
{
	return l4_fpage_make(port << L4_FPAGE_ADDR_SHIFT, order, L4_FPAGE_IO, L4_FPAGE_RW);
}

/* The window "everything of any kind". */
static inline l4_fpage_t l4_fpage_all(void)
{
	return l4_fpage_make(0, L4_WHOLE_ADDRESS_SPACE, L4_FPAGE_SPECIAL, 0);
}

/* No flexpage: a void item or buffer. */
static inline l4_fpage_t l4_fpage_invalid(void)
{
	return (l4_fpage_t){ 0 };
}

/* Kind: L4_FPAGE_MEMORY, _IO, _OBJ or _SPECIAL. */
static inline unsigned l4_fpage_type(l4_fpage_t f)
{
	return f.raw >> L4_FPAGE_TYPE_SHIFT & L4_FPAGE_TYPE_MASK;
}

/* Order, log2 of the size in the kind's units. */
static inline unsigned l4_fpage_size(l4_fpage_t f)
{
	return f.raw >> L4_FPAGE_ORDER_SHIFT & L4_FPAGE_ORDER_MASK;
}

/* Rights, L4_FPAGE_* or L4_CAP_FPAGE_*. */
static inline unsigned l4_fpage_rights(l4_fpage_t f)
{
	return f.raw & L4_FPAGE_RIGHTS_MASK;
}

/* Start of a memory flexpage. */
static inline l4_addr_t l4_fpage_memaddr(l4_fpage_t f)
{
	return f.raw & (~0UL << L4_FPAGE_ADDR_SHIFT);
}

/* First selector of an object flexpage. */
static inline l4_cap_idx_t l4_fpage_obj(l4_fpage_t f)
{
	return f.raw & (~0UL << L4_FPAGE_ADDR_SHIFT);
}

/* First port of an I/O flexpage. */
static inline unsigned long l4_fpage_ioport(l4_fpage_t f)
{
	return f.raw >> L4_FPAGE_ADDR_SHIFT;
}

/*
 * First word of a send item. spot: send base, the place inside the receiver's window; cache:
 * for memory 0 or L4_FPAGE_CACHEABLE/..., for capabilities L4_OBJ_ATTR_*; grant:
 * L4_MAP_ITEM_MAP or L4_MAP_ITEM_GRANT. Also the control word of l4_task_map().
 */
static inline l4_umword_t l4_map_control(l4_umword_t spot, unsigned char cache, unsigned grant)
{
	return (spot & (~0UL << L4_FPAGE_ADDR_SHIFT)) | (cache & L4_ITEM_ATTR_MASK) | grant |
	       L4_ITEM_MAP;
}

/* l4_map_control() for capabilities without attributes. */
static inline l4_umword_t l4_map_obj_control(l4_umword_t spot, unsigned grant)
{
	return l4_map_control(spot, 0, grant);
}

#endif
