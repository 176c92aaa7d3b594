// SPDX-License-Identifier: MIT
/* The kernel interface page. */
#include "kip.h"

#include "../core/sched.h"
#include "../host/clock.h"

#include <errno.h>
#include <l4/abi/ux.h>
#include <string.h>

extern const char kip_code[];
extern const uint64_t kip_code_size;

static const char *const strings[] = {
	"l4ux microkernel, ABI of L4Re", /* version */
	"segments",
	"pf_tramp",
	"abiver:3",
	"mapdb",
	"jdb",
	L4_UX_FEATURE_EXIT,
	L4_UX_FEATURE_VCPU_FPU,
	L4_UX_FEATURE_CHECK,
};

void kip_init(l4_kernel_info_t *kip)
{
	char *s = kip->version_strings;

	memset(kip, 0, sizeof(*kip));
	kip->magic = L4_KERNEL_INFO_MAGIC;
	kip->version = L4_KERNEL_INFO_VERSION;
	kip->offset_version_strings = L4_KIP_OFFS_VERSION_STRING >> 4;
	kip->frequency_cpu = clock_tsc_khz();
	kip->scheduler_granularity = SCHED_GRANULARITY;
	kip->mem_descs = L4_KIP_OFFS_MEM_DESCS;
	kip->mem_descs_num = L4_KIP_MEM_DESC_SLOTS;
	memcpy(kip->platform_name, "ux", sizeof("ux"));
	for (unsigned i = 0; i < sizeof(strings) / sizeof(strings[0]); i++)
		s = stpcpy(s, strings[i]) + 1;
	memcpy(kip->read_us, kip_code, kip_code_size);
	kip->scaler_us = clock_scaler_us();
	kip->scaler_ns = clock_scaler_ns();
}

void kip_add_feature(l4_kernel_info_t *kip, const char *name)
{
	char *s = kip->version_strings;

	while (*s)
		s += strlen(s) + 1;
	stpcpy(s, name);
}

int kip_add_memory(l4_kernel_info_t *kip, enum l4_mem_type type, unsigned subtype, uint64_t start,
		   uint64_t end, bool is_virtual)
{
	for (unsigned i = 0; i < L4_KIP_MEM_DESC_SLOTS; i++) {
		l4_mem_desc_t *d = &kip->mem[i];

		if (d->l & 0xf)
			continue;
		d->l = (start & ~0x3ffUL) | (is_virtual ? L4_MEM_DESC_VIRTUAL : 0) | subtype << 4 |
		       type;
		d->h = (end - 1) | 0x3ff;
		return 0;
	}
	return -ENOSPC;
}
