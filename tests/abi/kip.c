/* SPDX-License-Identifier: MIT */
/* The kernel interface page: fields, feature strings, clock code, memory descriptors. */
#include "tap.h"

#include <l4/abi/mod.h>
#include <l4/sys/kip.h>
#include <l4/sys/memdesc.h>

#define kip l4_kip()

static const char here;

static void fields(void)
{
	tap_is(kip->magic, 0x4be6344c, "magic");
	tap_is(kip->version & 0xff00ffffU, 0x87004444, "version with the subversion masked");
	tap_is((l4_addr_t)kip & 0xfff, 0, "the KIP is page aligned");
	tap_is(kip->offset_version_strings, 0x49, "offset of the version strings");
	tap_is(kip->kip_sys_calls, 0, "no system call code in the KIP");
	tap_is(kip->mem_descs, 0x90, "offset of the memory descriptors");
	tap_is(kip->mem_descs_num, 64, "slots for memory descriptors");
	tap_ok(kip->sigma0_eip != 0, "sigma0's entry is known");
	tap_ok(kip->root_eip != 0, "the root task's entry is known");
	tap_ok(kip->frequency_cpu > 100000, "the CPU frequency is in kHz");
	tap_ok(kip->scheduler_granularity != 0, "the scheduler has a granularity");
	tap_ok(kip->platform_name[0] != 0, "the platform has a name");
	tap_ok(l4_kip_version_string(kip)[0] != 0, "there is a version string");
	tap_ok(l4_kip_kernel_has_feature(kip, "abiver:3"), "feature \"abiver:3\"");
	tap_ok(l4_kip_kernel_has_feature(kip, "mapdb"), "feature \"mapdb\"");
	tap_ok(l4_kip_kernel_has_feature(kip, "jdb"), "feature \"jdb\"");
	tap_ok(!l4_kip_kernel_has_feature(kip, "abiver"), "features are compared as a whole");
}

static void clocks(void)
{
	l4_umword_t us = l4_kip_clock(kip), ns = l4_kip_clock_ns(kip), before;
	int monotonic = 1;

	tap_ok(ns / 1000 >= us && ns / 1000 - us < 1000000, "the two clocks agree");
	for (unsigned i = 0; i < 10000; i++) {
		before = ns;
		ns = l4_kip_clock_ns(kip);
		monotonic &= ns >= before;
	}
	tap_ok(monotonic, "the clock never goes back");
	us = l4_kip_clock(kip);
	l4_ipc_sleep((l4_timeout_t){ 0x2711 >> 1 });
	before = l4_kip_clock(kip) - us;
	tap_ok(before >= 900, "time passes while sleeping");
}

static unsigned count(unsigned type, int virtual)
{
	const l4_mem_desc_t *md = l4_kernel_info_get_mem_descs(kip);
	unsigned n = 0;

	for (unsigned i = 0; i < l4_kernel_info_get_num_mem_descs(kip); i++)
		n += l4_kernel_info_get_mem_desc_type(md + i) == type &&
		     !l4_kernel_info_get_mem_desc_is_virtual(md + i) == !virtual;
	return n;
}

static int inside(l4_addr_t addr, unsigned type, int virtual)
{
	const l4_mem_desc_t *md = l4_kernel_info_get_mem_descs(kip);
	int found = 0;

	for (unsigned i = 0; i < l4_kernel_info_get_num_mem_descs(kip); i++)
		found |= l4_kernel_info_get_mem_desc_type(md + i) == type &&
			 !l4_kernel_info_get_mem_desc_is_virtual(md + i) == !virtual &&
			 addr >= l4_kernel_info_get_mem_desc_start(md + i) &&
			 addr <= l4_kernel_info_get_mem_desc_end(md + i);
	return found;
}

static void memory(void)
{
	const l4mod_info *info = (const l4mod_info *)kip->user_ptr;
	const l4mod_mod *mod;
	unsigned kinds = 0;

	tap_ok(count(l4_mem_type_conventional, 0) > 0, "there is RAM");
	tap_ok(count(l4_mem_type_conventional, 1) > 0, "there is a virtual range");
	tap_ok(count(l4_mem_type_dedicated, 0) > 0, "sigma0's image is dedicated memory");
	tap_ok(inside((l4_addr_t)&here, l4_mem_type_bootloader, 0),
	       "the root task's image is boot loader memory");
	tap_ok(inside((l4_addr_t)&here, l4_mem_type_conventional, 1),
	       "the root task's image is inside the virtual range");
	tap_ok(inside(kip->root_eip, l4_mem_type_bootloader, 0),
	       "the root task's entry is in boot loader memory");
	tap_ok(inside(kip->sigma0_eip, l4_mem_type_dedicated, 0),
	       "sigma0's entry is in dedicated memory");
	tap_ok(inside(kip->user_ptr, l4_mem_type_bootloader, 0),
	       "the module list is in boot loader memory");
	tap_ok(info->mods_count >= 3, "at least kernel, sigma0 and root task are modules");
	mod = (const l4mod_mod *)info->mods_addr;
	for (unsigned i = 0; i < info->mods_count; i++)
		if (mod[i].flags < 4)
			kinds |= 1U << mod[i].flags;
	tap_is(kinds & 0xe, 0xe, "modules of kind kernel, sigma0 and root task exist");
	for (unsigned i = 0; i < 3; i++)
		tap_ok(mod[i].mod_end >= mod[i].mod_start && mod[i].cmdline,
		       "a module has an extent and a command line");
}

static const struct tap_group groups[] = {
	{ "fields", fields },
	{ "clocks", clocks },
	{ "memory", memory },
};

TAP_MAIN("abi-kip")
