/* SPDX-License-Identifier: MIT */
/*
 * Boot module information as bootstrap leaves it; KIP.user_ptr points to l4mod_info.
 * Source: Fiasco/L4Re ABI, r-2026-W26: l4util l4mod.h, bootstrap.
 */
#ifndef L4_ABI_MOD_H
#define L4_ABI_MOD_H

#include <l4/abi/stdtypes.h>

/* What was booted. */
typedef struct l4mod_info {
	uint64_t flags;      /* 0x4 */
	uint64_t cmdline;    /* physical address of the kernel command line */
	uint64_t mods_addr;  /* physical address of the l4mod_mod array */
	uint32_t mods_count; /* modules, with kernel, sigma0 and root task */
	uint32_t _pad;
	uint64_t vbe_ctrl_info, vbe_mode_info; /* frame buffer, 0 when there is none */
} l4mod_info;

/* What a module is. */
enum l4mod_mod_flag {
	L4MOD_MOD_FLAG_GENERIC = 0,  /* a module for the root task */
	L4MOD_MOD_FLAG_KERNEL = 1,   /* the kernel */
	L4MOD_MOD_FLAG_SIGMA0 = 2,   /* sigma0 */
	L4MOD_MOD_FLAG_ROOTTASK = 3, /* the root task */
	L4MOD_MOD_FLAG_MASK = 7,     /* the bits that tell */
};

/* One module. */
typedef struct l4mod_mod {
	uint64_t flags;     /* enum l4mod_mod_flag */
	uint64_t mod_start; /* physical, page aligned */
	uint64_t mod_end;   /* exclusive */
	uint64_t cmdline;   /* physical address: "name arg arg..." */
} l4mod_mod;

_Static_assert(sizeof(l4mod_info) == 48 && sizeof(l4mod_mod) == 32, "l4mod layout");

#endif
