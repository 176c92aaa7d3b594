/* SPDX-License-Identifier: MIT */
/*
 * Kernel interface page (KIP): version, features, memory, clock. Programs may only read it.
 * Source: Fiasco/L4Re ABI, r-2026-W26: l4sys kip.h, memdesc.h.
 */
#ifndef L4_ABI_KIP_H
#define L4_ABI_KIP_H

#include <l4/abi/stdtypes.h>

#define L4_KERNEL_INFO_MAGIC 0x4BE6344CU   /* first word */
#define L4_KERNEL_INFO_VERSION 0x87034444U /* of this interface */
#define L4_KIP_OFFS_MEM_DESCS 0x90         /* offset of the memory descriptors */
#define L4_KIP_MEM_DESC_SLOTS 64           /* their number */
#define L4_KIP_OFFS_VERSION_STRING 0x490   /* offset of version and feature strings */
#define L4_KIP_OFFS_READ_US 0x900 /* code: clock in microseconds, no arguments, result in rax */
#define L4_KIP_OFFS_READ_NS 0x980 /* code: clock in nanoseconds */

/* A range of memory, rounded to 1 KiB. */
typedef struct l4_mem_desc {
	uint64_t l; /* type 0..3, subtype 4..7, eager 8, virtual 9, start 10.. */
	uint64_t h; /* last byte; the low 10 bits read as ones */
} l4_mem_desc_t;

/* Types of memory descriptors. */
enum l4_mem_type {
	l4_mem_type_undefined = 0x0,    /* slot not used */
	l4_mem_type_conventional = 0x1, /* RAM; virtual: addresses programs may use */
	l4_mem_type_reserved = 0x2,     /* the kernel's */
	l4_mem_type_dedicated = 0x3,    /* sigma0's own image */
	l4_mem_type_shared = 0x4,       /* device memory */
	l4_mem_type_info = 0xd,         /* tables, subtype 0: ACPI RSDP */
	/* of the root task: image (subtype: rights), modules, module information */
	l4_mem_type_bootloader = 0xe,
	l4_mem_type_archspecific = 0xf, /* ACPI tables and the like */
};
#define L4_MEM_DESC_VIRTUAL 0x200UL /* in l: virtual addresses, not RAM */

/* The page. What is 0 here may be something else on another kernel. */
typedef struct l4_kernel_info {
	uint32_t magic;                 /* L4_KERNEL_INFO_MAGIC */
	uint32_t version;               /* L4_KERNEL_INFO_VERSION */
	uint8_t offset_version_strings; /* in units of 16 bytes */
	uint8_t fill2[3];               /* 0 */
	uint8_t kip_sys_calls;          /* 0 */
	uint8_t node;                   /* 0 */
	uint8_t fill3[2];               /* 0 */
	uint64_t sigma0_eip;            /* where sigma0 starts */
	uint64_t root_eip;              /* where the root task starts */
	uint64_t _clock_val;            /* microseconds; use the clock code instead */
	uint64_t frequency_cpu;         /* kHz */
	uint64_t acpi_rsdp_addr;        /* 0: there is no ACPI */
	uint64_t dt_addr;               /* 0: there is no device tree */
	uint64_t user_ptr;              /* physical address of l4mod_info */
	uint64_t _res0;
	uint32_t scheduler_granularity; /* us */
	uint32_t mem_descs;             /* offset of the memory descriptors */
	uint32_t mem_descs_num;         /* number of their slots */
	uint32_t _res1[5];
	char platform_name[16];  /* "ux" */
	uint32_t platform_is_mp; /* 0: one CPU */
	uint32_t _res2[3];
	l4_mem_desc_t mem[L4_KIP_MEM_DESC_SLOTS]; /* the memory descriptors */
	char version_strings[0x900 - 0x490];      /* version, features, then an empty string */
	uint8_t read_us[0x80];                    /* code: clock in microseconds */
	uint8_t read_ns[0x70];                    /* code: clock in nanoseconds */
	uint64_t scaler_us;                       /* us = tsc * scaler_us >> 32 */
	uint64_t scaler_ns;                       /* ns = tsc * scaler_ns >> 27 */
	uint8_t _pad[0x600];
} l4_kernel_info_t;

_Static_assert(offsetof(l4_kernel_info_t, sigma0_eip) == 0x10, "KIP sigma0 ip");
_Static_assert(offsetof(l4_kernel_info_t, user_ptr) == 0x40, "KIP user pointer");
_Static_assert(offsetof(l4_kernel_info_t, mem_descs) == 0x54, "KIP mem descs");
_Static_assert(offsetof(l4_kernel_info_t, platform_name) == 0x70, "KIP platform");
_Static_assert(offsetof(l4_kernel_info_t, mem) == 0x90, "KIP mem desc array");
_Static_assert(offsetof(l4_kernel_info_t, version_strings) == 0x490, "KIP version strings");
_Static_assert(offsetof(l4_kernel_info_t, read_us) == 0x900, "KIP clock code");
_Static_assert(offsetof(l4_kernel_info_t, scaler_us) == 0x9f0, "KIP scalers");
_Static_assert(sizeof(l4_kernel_info_t) == 0x1000, "KIP size");

#endif
