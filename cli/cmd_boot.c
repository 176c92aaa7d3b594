// SPDX-License-Identifier: MIT
/* l4ux boot: an entry of a module list, for example L4Re's sigma0, moe and applications. */
#define _GNU_SOURCE
#include "cli.h"
#include "modlist.h"

#include "../ux-kernel/host/report.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define DEFAULT_MEMORY (64UL << 20)
#define SIGMA0 "sigma0" /* when the list does not say */
#define MINIMUM_MEMORY (4UL << 20)

enum { OPT_ENTRY = OPT_SPECIFIC, OPT_SEARCH };

static const char help[] =
	"usage: l4ux boot [OPTION...] --entry=NAME LIST\n\n"
	"Starts what entry NAME of the module list LIST (modules.list) names: sigma0, the root\n"
	"task and the modules. A list without a sigma0 line, and no sigma0 to be found, get the\n"
	"one of l4ux.\n\n" OPTIONS_HELP "      --entry=NAME      the entry to start\n"
	"      --search=DIRS     where the files are, separated by colons (may be repeated);\n"
	"                        after that come the list's searchpath and its own directory\n";

static const struct option longopts[] = {
	OPTIONS_LONG,
	{ "entry", required_argument, NULL, OPT_ENTRY },
	{ "search", required_argument, NULL, OPT_SEARCH },
	{ 0 },
};

/* Lives as long as the system; static, so that nothing has to be handed back. */
static struct {
	struct options common;
	const char *entry;
	struct modlist list;
	struct boot_module sigma0, root, *module;
	unsigned modules;
	char *irq;
} o;

static int parse(int argc, char **argv)
{
	int opt, e;

	options_init(&o.common);
	/* Without the leading plus: options may follow the list. */
	while ((opt = getopt_long(argc, argv, OPTIONS_SHORT + 1, longopts, NULL)) != -1) {
		e = 0;
		if (opt == OPT_ENTRY)
			o.entry = optarg;
		else if (opt == OPT_SEARCH)
			e = modlist_search(&o.list, optarg) ? 0 : EXIT_CANNOT_START;
		else
			e = options_parse(&o.common, opt, argv);
		if (e)
			return e;
	}
	if (argc - optind != 1)
		return usage_error("boot: one module list, please");
	if (!o.entry)
		return usage_error("boot: which entry of %s? --entry=NAME says it", argv[optind]);
	if (!o.common.memory)
		o.common.memory = DEFAULT_MEMORY;
	return options_check_memory(&o.common, MINIMUM_MEMORY);
}

/* The file on the heap, or NULL when it is in none of the directories. */
static char *find(const char *file, int len)
{
	const char *dirs = *file == '/' ? "" : o.list.search;

	for (;;) {
		int n = strcspn(dirs, ":");
		char *path;

		if (asprintf(&path, "%.*s/%.*s", n, dirs, len, file) < 0)
			return NULL;
		if (!access(path, F_OK))
			return path;
		free(path);
		if (!dirs[n])
			return NULL;
		dirs += n + 1;
	}
}

/* The module of a command line; for the guest it begins with the name, without directory. */
static bool module(struct boot_module *m, const char *cmdline, const char *name)
{
	int len = strcspn(cmdline, " \t");
	const char *slash = memrchr(cmdline, '/', len);
	char *path = find(cmdline, len), *new = NULL;

	if (!path) {
		report_error("cannot find the module %.*s; name its directory with --search", len,
			     cmdline);
		return false;
	}
	if (name && asprintf(&new, "%s%s", name, cmdline + len) < 0)
		return false;
	m->cmdline = new ? new : slash ? slash + 1 : cmdline;
	m->part[0].path = path;
	return true;
}

static bool find_modules(void)
{
	struct modlist *l = &o.list;
	bool ok = module(&o.root, l->root ? l->root : "moe", NULL);

	if (ok && l->sigma0) {
		ok = module(&o.sigma0, l->sigma0, NULL);
	} else if (ok) {
		o.sigma0.cmdline = SIGMA0;
		o.sigma0.part[0].path = find(SIGMA0, strlen(SIGMA0));
		if (!o.sigma0.part[0].path) /* ours will do */
			o.sigma0.part[0].path = data_path(SIGMA0);
		ok = o.sigma0.part[0].path;
	}
	o.module = calloc(l->modules + 1, sizeof(*o.module));
	for (unsigned i = 0; ok && o.module && i < l->modules; i++)
		if (!l->module[i].group)
			ok = module(&o.module[o.modules++], l->module[i].cmdline,
				    l->module[i].name);
	return ok && o.module;
}

int cmd_boot(int argc, char **argv)
{
	struct kernel_config c;
	const char *path, *slash;
	int e;

	for (int i = 1; i < argc; i++)
		if (!strcmp(argv[i], "--help") || !strcmp(argv[i], "-h"))
			return usage_print(help);
	e = parse(argc, argv);
	if (e)
		return e;
	path = argv[optind];
	slash = strrchr(path, '/');
	o.irq = data_path("irq-emulator");
	if (!o.irq || !modlist_read(&o.list, path, o.entry) ||
	    !modlist_search(&o.list, slash ? strndupa(path, slash + 1 - path) : ".") ||
	    !find_modules() || boot_check_program(&o.root) < 0)
		return EXIT_CANNOT_START;
	c = (struct kernel_config){
		.boot = {
			.kernel_cmdline = o.list.kernel ? o.list.kernel : "l4ux",
			.sigma0 = o.sigma0,
			.root = o.root,
			.module = o.module,
			.modules = o.modules,
		},
		.ram = o.common.memory,
		.timeout_ns = o.common.timeout_ns,
		.cpu = o.common.cpu,
		.irq_program = o.irq,
	};
	return kernel_run(&c);
}
