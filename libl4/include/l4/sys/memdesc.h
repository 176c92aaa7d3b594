/* SPDX-License-Identifier: MIT */
/*
 * Memory descriptors of the KIP. Source: Fiasco/L4Re ABI, r-2026-W26: l4sys memdesc.h.
 */
#ifndef L4_SYS_MEMDESC_H
#define L4_SYS_MEMDESC_H

#include <l4/sys/kip.h>

typedef l4_mem_desc_t l4_kernel_info_mem_desc_t; /* L4Re's name of a descriptor */

/* The first descriptor. */
static inline l4_mem_desc_t const *l4_kernel_info_get_mem_descs(l4_kernel_info_t const *kip)
{
	return (l4_mem_desc_t const *)((char const *)kip + kip->mem_descs);
}

/* Number of slots; unused ones have type l4_mem_type_undefined. */
static inline unsigned l4_kernel_info_get_num_mem_descs(l4_kernel_info_t const *kip)
{
	return kip->mem_descs_num;
}

/* First byte. */
static inline l4_umword_t l4_kernel_info_get_mem_desc_start(l4_mem_desc_t const *md)
{
	return md->l & ~0x3ffUL;
}

/* Last byte. */
static inline l4_umword_t l4_kernel_info_get_mem_desc_end(l4_mem_desc_t const *md)
{
	return md->h | 0x3ffUL;
}

/* enum l4_mem_type. */
static inline unsigned l4_kernel_info_get_mem_desc_type(l4_mem_desc_t const *md)
{
	return md->l & 0xf;
}

/* Meaning depends on the type; rights for l4_mem_type_bootloader. */
static inline unsigned l4_kernel_info_get_mem_desc_subtype(l4_mem_desc_t const *md)
{
	return md->l >> 4 & 0xf;
}

/* Not 0 for ranges of virtual addresses, 0 for physical memory. */
static inline unsigned l4_kernel_info_get_mem_desc_is_virtual(l4_mem_desc_t const *md)
{
	return md->l & L4_MEM_DESC_VIRTUAL;
}

#endif
