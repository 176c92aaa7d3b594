// SPDX-License-Identifier: MIT
/* From the lines of a module list to what is loaded: files, and the libraries they need. */
#define _GNU_SOURCE
#include "files.h"

#include "../../ux-kernel/host/report.h"

#include <stdlib.h>
#include <string.h>

#define KERNEL_CMDLINE "l4ux" /* when the list does not say */
#define SIGMA0 "sigma0"
#define ROOT "moe"

struct resolver {
	struct modlist *list;
	struct boot_plan *plan;
	struct boot_module *module; /* the plan's, to write */
	struct modlist_strings libs;
	uint64_t limit;
};

static bool no_memory(void)
{
	report_error("the host has no memory left");
	return false;
}

/* For the guest: the name without directory, one blank, the arguments. */
static const char *guest_cmdline(struct modlist *l, const struct modlist_module *m)
{
	size_t len = strcspn(m->cmdline, " \t");
	const char *file = list_string(l, m->cmdline, len);
	const char *args = m->cmdline + len + strspn(m->cmdline + len, " \t");
	const char *name = m->name ? m->name : file ? search_name(file) : NULL;

	return name ? list_format(l, "%s%s%s", name, *args ? " " : "", args) : NULL;
}

static bool resolve(struct resolver *r, const struct modlist_module *m, struct boot_module *to)
{
	struct modlist *l = r->list;
	const char *file = list_string(l, m->cmdline, strcspn(m->cmdline, " \t"));
	const char *path = file ? search_file(l, file) : NULL;
	const void *data = NULL;
	size_t len = 0;

	if (file && !path) {
		report_error("%s: cannot find the module %s; %s its directory with --search",
			     m->where, file, strstr(file, "://") ? "load it and name" : "name");
		return false;
	}
	to->cmdline = guest_cmdline(l, m);
	if (!file || !to->cmdline)
		return no_memory();
	if (m->uncompress && !gunzip_file(l, path, r->limit, &data, &len))
		return false;
	to->part[0].path = data ? NULL : path;
	to->part[0].data = data;
	to->part[0].len = len;
	if (!m->no_scan && !data && !shlibs_of(l, path, &r->libs))
		return no_memory();
	return true;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool has_module(const struct boot_plan *p, const char *name)
{
	size_t n = strlen(name);

	for (unsigned i = 0; i < p->modules; i++) {
		const char *c = p->module[i].cmdline;

		if (!strncmp(c, name, n) && (!c[n] || c[n] == ' '))
			return true;
	}
	return false;
}

/* The libraries behind all modules, in the order of their names, and those they need themselves. */
static bool add_libraries(struct resolver *r)
{
	struct modlist *l = r->list;
	struct boot_module *all;

	for (unsigned i = 0; i < r->libs.count; i++) {
		const char *path = search_file(l, r->libs.s[i]);

		if (path && !shlibs_of(l, path, &r->libs))
			return no_memory();
	}
	if (r->libs.count)
		qsort(r->libs.s, r->libs.count, sizeof(*r->libs.s), by_name);
	all = list_alloc(l, (r->plan->modules + r->libs.count + 1) * sizeof(*all));
	if (!all)
		return no_memory();
	if (r->plan->modules)
		memcpy(all, r->module, r->plan->modules * sizeof(*all));
	r->plan->module = r->module = all;
	for (unsigned i = 0; i < r->libs.count; i++) {
		struct modlist_module lib = { .cmdline = r->libs.s[i],
					      .where = "shared library",
					      .no_scan = true };

		if (has_module(r->plan, lib.cmdline))
			continue;
		if (!resolve(r, &lib, &all[r->plan->modules]))
			return false;
		r->plan->modules++;
	}
	return true;
}

static bool of_entry(const struct modlist_module *m)
{
	return m->cmdline && !m->is_default;
}

/* The programs a system starts with. A sigma0 that neither list nor directories have is ours. */
static bool resolve_base(struct resolver *r)
{
	struct modlist *l = r->list;
	struct modlist_module sigma0 = { .cmdline = SIGMA0, .where = "default sigma0" };
	struct modlist_module root = { .cmdline = ROOT, .where = "default root task" };
	struct boot_plan *p = r->plan;

	if (l->no_defaults && (!of_entry(&l->root) || !of_entry(&l->sigma0))) {
		report_error("%s: the entry has the option no-defaults, so it must name sigma0 and "
			     "roottask itself",
			     l->no_defaults);
		return false;
	}
	p->kernel_cmdline = KERNEL_CMDLINE;
	if (l->no_defaults ? of_entry(&l->kernel) : l->kernel.cmdline != NULL)
		p->kernel_cmdline = guest_cmdline(l, &l->kernel);
	if (!p->kernel_cmdline)
		return no_memory();
	if (!resolve(r, l->root.cmdline ? &l->root : &root, &p->root))
		return false;
	if (l->sigma0.cmdline || search_file(l, SIGMA0))
		return resolve(r, l->sigma0.cmdline ? &l->sigma0 : &sigma0, &p->sigma0);
	p->sigma0.cmdline = SIGMA0;
	return true;
}

bool modlist_resolve(struct modlist *l, uint64_t limit, struct boot_plan *plan)
{
	struct resolver r = { .list = l, .plan = plan, .limit = limit };

	*plan = (struct boot_plan){ 0 };
	r.module = list_alloc(l, (l->modules + 1) * sizeof(*r.module));
	if (!r.module)
		return no_memory();
	plan->module = r.module;
	if (!resolve_base(&r))
		return false;
	for (unsigned i = 0; i < l->modules; i++) {
		if (l->module[i].group)
			continue;
		if (!resolve(&r, &l->module[i], &r.module[plan->modules]))
			return false;
		plan->modules++;
	}
	return add_libraries(&r);
}
