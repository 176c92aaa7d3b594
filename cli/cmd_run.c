// SPDX-License-Identifier: MIT
/* l4ux run: a native L4 program on sigma0 and init. */
#define _GNU_SOURCE
#include "cli.h"

#include "../ux-kernel/host/report.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DEFAULT_MEMORY (64UL << 20)
#define MINIMUM_MEMORY (4UL << 20)
#define MODULES_MAX 32

enum { OPT_ROOT = OPT_SPECIFIC, OPT_MODULE, OPT_SIGMA0 };

static const char help[] =
	"usage: l4ux run [OPTION...] PROGRAM [ARGUMENT...]\n\n"
	"Starts an L4 program (a static or static-PIE ELF file) under init.\n\n" OPTIONS_HELP
	"      --root            PROGRAM is the root task itself: there is no init\n"
	"      --module=FILE     add a boot module (may be repeated)\n"
	"      --sigma0=FILE     use this sigma0\n";

static const struct option longopts[] = {
	OPTIONS_LONG,
	{ "root", no_argument, NULL, OPT_ROOT },
	{ "module", required_argument, NULL, OPT_MODULE },
	{ "sigma0", required_argument, NULL, OPT_SIGMA0 },
	{ 0 },
};

struct run_options {
	struct options common;
	bool root;
	char *sigma0, *init, *script,
		*irq; /* found or made here; they live as long as the system */
	struct boot_module module[MODULES_MAX];
	unsigned modules;
};

static const char *file_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static int module_add(struct run_options *o, const char *cmdline, const char *path,
		      const void *data, size_t len)
{
	if (o->modules == MODULES_MAX)
		return usage_error("more than %d modules", MODULES_MAX - 2);
	o->module[o->modules++] = (struct boot_module){
		cmdline, { { .path = path, .data = data, .len = len } }
	};
	return 0;
}

static int parse(struct run_options *o, int argc, char **argv)
{
	int opt, e;

	e = options_init(&o->common);
	if (e)
		return e;
	while ((opt = getopt_long(argc, argv, OPTIONS_SHORT, longopts, NULL)) != -1) {
		e = 0;
		switch (opt) {
		case OPT_ROOT:
			o->root = true;
			break;
		case OPT_MODULE:
			e = module_add(o, file_name(optarg), optarg, NULL, 0);
			break;
		case OPT_SIGMA0:
			o->sigma0 = optarg;
			break;
		default:
			e = options_parse(&o->common, opt, argv);
		}
		if (e)
			return e;
	}
	if (optind == argc)
		return usage_error("run: no program given");
	if (!o->common.memory)
		o->common.memory = DEFAULT_MEMORY;
	return options_check(&o->common, MINIMUM_MEMORY);
}

static bool is_plain(const char *word)
{
	return *word && !strpbrk(word, " \t\n\"\\#");
}

/* The program's words as one line; what is not plain stands in quotes. */
static char *command_line(const char *prefix, int argc, char **argv)
{
	size_t len;
	char *buf;
	FILE *f = open_memstream(&buf, &len);

	if (!f)
		return NULL;
	fputs(prefix, f);
	for (int i = 0; i < argc; i++) {
		const char *s = i ? argv[i] : file_name(argv[0]);
		bool plain = is_plain(s);

		fputs(i ? " " : "", f);
		fputs(plain ? "" : "\"", f);
		for (; *s; s++) {
			if (*s == '"' || *s == '\\')
				fputc('\\', f);
			fputc(*s, f);
		}
		fputs(plain ? "" : "\"", f);
	}
	return fclose(f) ? NULL : buf;
}

int cmd_run(int argc, char **argv)
{
	static struct run_options o;
	struct kernel_config c = { .boot.kernel_cmdline = "l4ux" };
	struct boot_module program;
	int e;

	for (int i = 1; i < argc && argv[i][0] == '-'; i++)
		if (!strcmp(argv[i], "--help") || !strcmp(argv[i], "-h"))
			return usage_print(help);
	e = parse(&o, argc, argv);
	if (e)
		return e;
	argc -= optind;
	argv += optind;
	program = (struct boot_module){ file_name(argv[0]), { { .path = argv[0] } } };
	if (boot_check_program(&program) < 0)
		return EXIT_CANNOT_START;
	if (!o.sigma0)
		o.sigma0 = data_path("sigma0");
	o.irq = data_path("irq-emulator");
	o.script = command_line(o.root ? "" : "start ", argc, argv);
	if (!o.sigma0 || !o.irq || !o.script)
		return EXIT_CANNOT_START;
	c.boot.sigma0 = (struct boot_module){ "sigma0", { { .path = o.sigma0 } } };
	if (o.root) {
		c.boot.root = (struct boot_module){ o.script, { { .path = argv[0] } } };
	} else {
		o.init = data_path("init");
		if (!o.init)
			return EXIT_CANNOT_START;
		c.boot.root = (struct boot_module){ "init", { { .path = o.init } } };
		e = module_add(&o, "boot.script", NULL, o.script, strlen(o.script));
		if (!e)
			e = module_add(&o, program.cmdline, argv[0], NULL, 0);
		if (e)
			return e;
	}
	c.boot.module = o.module;
	c.boot.modules = o.modules;
	c.ram = o.common.memory;
	options_apply(&o.common, &c);
	c.debug.root_is_program = o.root;
	c.irq_program = o.irq;
	return launch(&c);
}
