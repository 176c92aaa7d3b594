/* SPDX-License-Identifier: MIT */
/* The boot script. */
#include "script.h"

#include "elf_check.h"
#include "memory.h"
#include "program.h"
#include "report.h"
#include "start_options.h"

#include <l4/sys/consts.h>
#include <l4/ux/program.h>
#include <string.h>

#define SCRIPT_NAME "boot.script"
#define MAX_WORDS 512

static char *words[MAX_WORDS];

/* words[0..n-1] is a "start" command. */
static int command_start(int n)
{
	struct program_start s = { .prio = START_PRIO_DEFAULT };
	const char *error;
	int i = 1, module;

	for (; i < n && words[i][0] == '-'; i++) {
		error = start_option(words[i], &s);
		if (error) {
			report("%s: %s: %s", SCRIPT_NAME, words[i], error);
			return -L4_EINVAL;
		}
	}
	if (i == n) {
		report("%s: start: the module name is missing", SCRIPT_NAME);
		return -L4_EINVAL;
	}
	module = module_find(words[i], strlen(words[i]));
	if (module < 0) {
		report("cannot start %s: there is no such module", words[i]);
		return module;
	}
	s.module = module_get(module);
	s.argc = n - i;
	s.argv = &words[i];
	if (!s.name)
		s.name = words[i];
	return program_start(&s);
}

static int split(const char *text, size_t len, char *buf)
{
	memcpy(buf, text, len);
	buf[len] = '\0';
	return l4_cmdline_split(buf, words, MAX_WORDS);
}

static int line_run(const char *line, size_t len, char *buf)
{
	const char *error = "unknown command";
	int n = len && line[0] == '#' ? 0 : split(line, len, buf);

	if (n == 0)
		return 0;
	if (n > 0 && !strcmp(words[0], "start")) {
		int e = command_start(n);

		return e < 0 ? e : 1;
	}
	if (n == -L4_E2BIG)
		error = "too many words";
	else if (n < 0)
		error = "a quote is not closed";
	report("%s: \"%.*s\": %s", SCRIPT_NAME, len > 60 ? 60 : (int)len, line, error);
	return -L4_EINVAL;
}

/* The end of a command: of its line, unless the line end is inside quotes. */
static const char *command_end(const char *p, const char *end)
{
	bool quoted = false, comment = *p == '#';

	for (; p < end && (*p != '\n' || quoted); p++) {
		if (comment)
			continue;
		if (*p == '"')
			quoted = !quoted;
		else if (*p == '\\' && quoted && p + 1 < end)
			p++;
	}
	return p;
}

static int lines_run(const struct module *script, char *buf)
{
	const char *p = (const char *)script->start, *end = p + script->size;
	int started = 0;

	while (p < end) {
		const char *eol = command_end(p, end);
		int e = line_run(p, eol - p, buf);

		if (e < 0)
			return e;
		started += e;
		p = eol + 1;
	}
	return started;
}

/* Without a script a module's own command line says how to start it. */
static int first_program(char *buf)
{
	for (unsigned i = 0; i < module_count(); i++) {
		const struct module *m = module_get(i);
		struct program_start s = { .module = m, .prio = START_PRIO_DEFAULT };
		int e;

		if (m->flags != L4MOD_MOD_FLAG_GENERIC || !elf_is_elf((void *)m->start, m->size))
			continue;
		s.argc = split(m->name, strlen(m->name), buf);
		if (s.argc <= 0) {
			report("cannot use the command line \"%s\"", m->name);
			return -L4_EINVAL;
		}
		s.argv = words;
		s.name = words[0];
		e = program_start(&s);
		return e < 0 ? e : 1;
	}
	return 0;
}

int script_run(void)
{
	int i = module_find(SCRIPT_NAME, strlen(SCRIPT_NAME));
	const struct module *script = i < 0 ? NULL : module_get(i);
	unsigned order = 16; /* enough for any command line of a module */
	char *buf;
	int n;

	while (script && 1UL << order <= script->size)
		order++;
	buf = (char *)mem_alloc(order);
	if (!buf) {
		report("not enough memory to read the boot script");
		return -L4_ENOMEM;
	}
	n = script ? lines_run(script, buf) : first_program(buf);
	mem_free((uint64_t)buf, order);
	if (!n)
		report(script ? SCRIPT_NAME " starts nothing" : "no module is a program");
	return n;
}
