// SPDX-License-Identifier: MIT
/* Placement of everything in RAM. */
#define _GNU_SOURCE
#include "boot.h"

#include "../core/fpage.h"
#include "../core/workload.h"
#include "../host/memory.h"
#include "../host/report.h"
#include "../host/screen.h"
#include "image.h"
#include "kip.h"
#include "source.h"
#include "vbe.h"

#include <errno.h>
#include <l4/abi/mod.h>
#include <l4/abi/screen.h>
#include <l4/abi/virtio.h>
#include <string.h>

/*
 * Physical memory: KIP, then the module information, then from 1 MiB on the two images (where
 * they were linked, or the next free place) and behind them the modules.
 */
#define KIP_ADDR MEMORY_RAM_START
#define INFO_ADDR (KIP_ADDR + L4_PAGESIZE)
#define INFO_END 0x100000ULL
#define FIRST_ADDR INFO_END
#define IMAGE_ALIGN L4_SUPERPAGESIZE
/* Of large modules, which are handed on in naturally aligned pieces: not in single pages. */
#define MODULE_ALIGN 0x10000UL

static uint64_t page_up(uint64_t v)
{
	return (v + L4_PAGESIZE - 1) & ~(L4_PAGESIZE - 1);
}

static uint64_t module_place(uint64_t next, uint64_t len)
{
	return len < MODULE_ALIGN ? next : (next + MODULE_ALIGN - 1) & ~(MODULE_ALIGN - 1);
}

/* The module information block grows upwards from INFO_ADDR. */
struct info {
	uint64_t next;
};

static void *info_alloc(struct info *in, size_t size)
{
	uint64_t at = (in->next + 7) & ~7ULL;

	if (size > INFO_END - at)
		return NULL;
	in->next = at + size;
	return memory_ptr(at);
}

static uint64_t info_string(struct info *in, const char *s)
{
	size_t size = strlen(s) + 1;
	char *p = info_alloc(in, size);

	if (!p)
		return 0;
	memcpy(p, s, size);
	return in->next - size;
}

static int image_open(const struct boot_module *m, struct source *src, struct image *img)
{
	const char *why;
	int e = source_open(src, m);

	if (e)
		return e;
	e = image_parse(src->data, src->len, img, &why);
	if (e) {
		report_error("cannot load the program %s: %s; it takes a complete, static or "
			     "static-PIE ELF program for x86-64",
			     m->cmdline, why);
		source_close(src);
	}
	return e;
}

int boot_check_program(const struct boot_module *m)
{
	struct source src;
	struct image img;
	int e = image_open(m, &src, &img);

	if (!e)
		source_close(&src);
	return e;
}

/* Loads a program at *@next or where it was linked; *@next moves behind it. */
static int load_image(const struct boot_module *m, uint64_t *next, l4_kernel_info_t *kip,
		      bool is_root, uint64_t *entry)
{
	struct source src;
	struct image img;
	uint64_t shift = 0;
	int e = image_open(m, &src, &img);

	if (e)
		return e;
	if (img.relocatable)
		shift = ((*next + IMAGE_ALIGN - 1) & ~(IMAGE_ALIGN - 1)) - img.start;
	if (img.start + shift < FIRST_ADDR || img.end + shift > memory_ram_end()) {
		report_error("cannot load the program %s at 0x%lx: outside of guest RAM; give more "
			     "with -m or link it elsewhere",
			     m->cmdline, (unsigned long)(img.start + shift));
		source_close(&src);
		return -ENOMEM;
	}
	for (unsigned i = 0; i < img.segments; i++) {
		uint64_t at = img.segment[i].paddr + shift;

		memcpy(memory_ptr(at), (const char *)src.data + img.segment[i].offset,
		       img.segment[i].filesz);
		if (is_root)
			kip_add_memory(kip, l4_mem_type_bootloader, img.segment[i].rights,
				       at & ~(L4_PAGESIZE - 1), page_up(at + img.segment[i].memsz),
				       false);
	}
	if (!is_root)
		kip_add_memory(kip, l4_mem_type_dedicated, 0, img.start + shift, img.end + shift,
			       false);
	if (img.end + shift > *next)
		*next = img.end + shift;
	*entry = img.entry + shift;
	source_close(&src);
	return 0;
}

static int load_module(const struct boot_module *m, uint64_t *next, l4mod_mod *mod)
{
	struct source src;
	int e = source_open(&src, m);

	if (e)
		return e;
	*next = module_place(*next, src.len);
	if (*next > memory_ram_end() || src.len > memory_ram_end() - *next) {
		report_error("module %s (%zu bytes) does not fit into guest RAM; give more with -m",
			     m->cmdline, src.len);
		source_close(&src);
		return -ENOMEM;
	}
	if (src.len)
		memcpy(memory_ptr(*next), src.data, src.len);
	mod->mod_start = *next;
	mod->mod_end = *next + src.len;
	*next = page_up(*next + src.len);
	source_close(&src);
	return 0;
}

static int info_full(void)
{
	report_error("the command lines of the modules are too long (more than %llu bytes)",
		     INFO_END - INFO_ADDR);
	return -E2BIG;
}

int64_t boot_size(const struct boot_plan *p)
{
	const struct boot_module *all[] = { &p->sigma0, &p->root };
	uint64_t size = FIRST_ADDR + 4 * IMAGE_ALIGN;

	for (unsigned i = 0; i < 2 + p->modules; i++) {
		struct source src;
		int e = source_open(&src, i < 2 ? all[i] : &p->module[i - 2]);

		if (e)
			return e;
		size += page_up(src.len) + (src.len < MODULE_ALIGN ? 0 : MODULE_ALIGN);
		source_close(&src);
	}
	return size;
}

int boot_load(const struct boot_plan *p, struct workload *w)
{
	l4_kernel_info_t *kip = memory_ptr(KIP_ADDR);
	struct info in = { INFO_ADDR };
	uint64_t next = FIRST_ADDR, modules;
	l4mod_info *mi;
	l4mod_mod *mod;
	int e;

	kip_init(kip);
	kip_add_memory(kip, l4_mem_type_conventional, 0, MEMORY_RAM_START, memory_ram_end(), false);
	kip_add_memory(kip, l4_mem_type_conventional, 0, MEMORY_RAM_START, USER_END, true);
	kip_add_memory(kip, l4_mem_type_reserved, 0, KIP_ADDR, KIP_ADDR + L4_PAGESIZE, false);
	e = load_image(&p->sigma0, &next, kip, false, &w->sigma0_ip);
	if (!e)
		e = load_image(&p->root, &next, kip, true, &w->root_ip);
	if (e)
		return e;
	mi = info_alloc(&in, sizeof(*mi));
	mod = info_alloc(&in, (3 + p->modules) * sizeof(*mod));
	if (!mod)
		return info_full();
	mi->flags = 4;
	mi->mods_addr = INFO_ADDR + sizeof(*mi);
	mi->mods_count = 3 + p->modules;
	mi->cmdline = info_string(&in, p->kernel_cmdline);
	if (screen_first_view()) {
		struct l4_vbe_ctrl_info *ctrl = info_alloc(&in, sizeof(*ctrl));
		struct l4_vbe_mode_info *mode = info_alloc(&in, sizeof(*mode));

		if (!ctrl || !mode)
			return info_full();
		vbe_fill(screen_first_view(), ctrl, mode);
		mi->vbe_ctrl_info = in.next - sizeof(*mode) - sizeof(*ctrl);
		mi->vbe_mode_info = in.next - sizeof(*mode);
		kip_add_feature(kip, L4_UX_FEATURE_SCREEN);
	}
	mod[0] = (l4mod_mod){ L4MOD_MOD_FLAG_KERNEL, next, next, mi->cmdline };
	modules = next;
	for (unsigned i = 0; i < 2 + p->modules; i++) {
		const struct boot_module *m = i == 0   ? &p->sigma0
					      : i == 1 ? &p->root
						       : &p->module[i - 2];
		l4mod_mod *d = &mod[1 + i];

		d->flags = i == 0   ? L4MOD_MOD_FLAG_SIGMA0
			   : i == 1 ? L4MOD_MOD_FLAG_ROOTTASK
				    : L4MOD_MOD_FLAG_GENERIC;
		d->cmdline = info_string(&in, m->cmdline);
		if (!d->cmdline)
			return info_full();
		e = load_module(m, &next, d);
		if (e)
			return e;
	}
	if (w->devices) {
		kip_add_feature(kip, L4_UX_FEATURE_VIRTIO);
		kip_add_memory(kip, l4_mem_type_shared, 0, memory_io_start(),
			       memory_io_start() + w->devices * L4_PAGESIZE, false);
	}
	if (next > modules)
		kip_add_memory(kip, l4_mem_type_bootloader, 0, modules, next, false);
	kip_add_memory(kip, l4_mem_type_bootloader, 7, INFO_ADDR, page_up(in.next), false);
	kip->sigma0_eip = w->sigma0_ip;
	kip->root_eip = w->root_ip;
	kip->user_ptr = INFO_ADDR;
	w->kip = KIP_ADDR;
	w->ram_start = MEMORY_RAM_START;
	w->ram_end = memory_ram_end();
	return 0;
}
