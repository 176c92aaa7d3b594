/* SPDX-License-Identifier: MIT */
/* The table of boot modules. */
#include "modules.h"

#include "sigma0_client.h"

#include <l4/abi/consts.h>
#include <l4/abi/err.h>
#include <l4/sys/kip.h>
#include <string.h>

#define MAX_MODULES 64

static struct module modules[MAX_MODULES];
static unsigned count;

/* "rom/hello arg" is the module "hello". */
static const char *base_name(const char *cmdline)
{
	const char *name = cmdline;

	for (const char *p = cmdline; *p && *p != ' '; p++)
		if (*p == '/')
			name = p + 1;
	return name;
}

/*
 * Modules do not come by page fault, so that nobody takes them for free memory by mistake:
 * sigma0 is asked for each naturally aligned piece.
 */
static int map_pages(uint64_t start, uint64_t end)
{
	while (start < end) {
		unsigned order = L4_PAGESHIFT;
		int e;

		while (!(start & (1UL << order)) && start + (2UL << order) <= end)
			order++;
		e = sigma0_ram(start, order);
		if (e < 0)
			return e;
		start += 1UL << order;
	}
	return 0;
}

int modules_init(void)
{
	const struct l4mod_info *info = (const void *)l4_kip()->user_ptr;
	const struct l4mod_mod *mods;

	if (!info || !info->mods_count)
		return -L4_ENOENT;
	mods = (const void *)info->mods_addr;
	for (unsigned i = 0; i < info->mods_count && i < MAX_MODULES; i++) {
		struct module *m = &modules[count++];
		int e;

		m->start = mods[i].mod_start;
		m->size = mods[i].mod_end - mods[i].mod_start;
		m->flags = mods[i].flags & L4MOD_MOD_FLAG_MASK;
		m->name = base_name((const char *)mods[i].cmdline);
		if (m->flags != L4MOD_MOD_FLAG_GENERIC || !m->size)
			continue;
		e = map_pages(m->start,
			      (m->start + m->size + L4_PAGESIZE - 1) & ~(L4_PAGESIZE - 1));
		if (e < 0)
			return e;
	}
	return 0;
}

unsigned module_count(void)
{
	return count;
}

const struct module *module_get(unsigned i)
{
	return i < count ? &modules[i] : NULL;
}

int module_find(const char *name, size_t len)
{
	for (unsigned i = 0; i < count; i++)
		/* A file name may contain blanks: then it is more than the first word. */
		if (modules[i].flags == L4MOD_MOD_FLAG_GENERIC &&
		    !strncmp(modules[i].name, name, len) &&
		    (modules[i].name[len] == ' ' || !modules[i].name[len]))
			return i;
	return -L4_ENOENT;
}
