// SPDX-License-Identifier: MIT
/* Module lists, line by line. What is read is kept as long as the system lives. */
#define _GNU_SOURCE
#include "modlist.h"

#include "../ux-kernel/host/report.h"
#include "cli.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define INCLUDE_DEPTH 16
#define BLANKS " \t\r\n"

/* Where a line belongs to. Groups are always kept, of the entries only the one asked for. */
enum section { ELSEWHERE, GROUP, ENTRY, ENTRY_OVER };

struct reader {
	struct modlist *list;
	const char *entry;
	char *group;
	enum section section;
	bool found; /* the entry */
	unsigned depth;
};

static bool read_file(struct reader *r, const char *path);

/* "a:b": directories in the order in which they are to be searched. */
bool modlist_search(struct modlist *l, const char *dirs)
{
	char *all;

	if (asprintf(&all, "%s%s%s", l->search ? l->search : "", l->search ? ":" : "", dirs) < 0)
		return false;
	free(l->search);
	l->search = all;
	return true;
}

/* Value of an option in "key=value, key"; NULL if it is not there. */
static char *option(char *options, const char *key)
{
	size_t n = strlen(key);

	for (char *o = options; o && *o; o += strcspn(o, ",")) {
		o += strspn(o, "," BLANKS);
		if (!strncmp(o, key, n) && o[n] == '=')
			return strndup(o + n + 1, strcspn(o + n + 1, "," BLANKS));
	}
	return NULL;
}

/* "arch=x86|amd64" keeps lines for other machines out. */
static bool is_ours(char *options)
{
	char *arch = option(options, "arch"), *rest = arch, *word;
	bool ours = !arch;

	while (!ours && (word = strsep(&rest, "|")))
		ours = !strcmp(word, "amd64");
	free(arch);
	return ours;
}

static bool add(struct reader *r, const char *group, const char *cmdline, const char *name)
{
	struct modlist *l = r->list;
	struct modlist_module *m = reallocarray(l->module, l->modules + 1, sizeof(*m));

	if (!m)
		return false;
	l->module = m;
	m += l->modules++;
	m->group = group ? strdup(group) : NULL;
	m->cmdline = strdup(cmdline);
	m->name = name ? strdup(name) : NULL;
	return m->cmdline && !m->group == !group && !m->name == !name;
}

static bool add_group(struct reader *r, const char *name)
{
	unsigned n = r->list->modules;
	bool ok = false;

	for (unsigned i = 0; i < n; i++) {
		struct modlist_module m = r->list->module[i];

		if (m.group && !strcmp(m.group, name))
			ok = add(r, NULL, m.cmdline, m.name);
	}
	return ok;
}

static bool set(char **to, const char *cmdline)
{
	free(*to);
	return (*to = strdup(cmdline));
}

/* The lines that say which program is the kernel, sigma0 or the root task. */
static bool set_base(struct modlist *l, const char *word, const char *cmdline)
{
	if (!strcmp(word, "kernel"))
		return set(&l->kernel, cmdline);
	if (!strcmp(word, "sigma0"))
		return set(&l->sigma0, cmdline);
	return !strcmp(word, "roottask") && set(&l->root, cmdline);
}

static bool include(struct reader *r, const char *from, const char *file)
{
	const char *slash = strrchr(from, '/');
	int dir = *file != '/' && slash ? slash + 1 - from : 0;
	char *path;
	bool ok;

	if (r->depth == INCLUDE_DEPTH || asprintf(&path, "%.*s%s", dir, from, file) < 0)
		return false;
	r->depth++;
	ok = read_file(r, path);
	r->depth--;
	free(path);
	return ok;
}

/* A line inside of a group, or of the entry that is looked for. */
static bool member(struct reader *r, const char *word, char *options, char *rest)
{
	char *name;
	const char *group = r->section == GROUP ? r->group : NULL;
	char script[256];
	bool ok;

	if (!strcmp(word, "module") || !strncmp(word, "bin", 3) || !strncmp(word, "data", 4)) {
		name = option(options, "fname");
		ok = add(r, group, rest, name);
		free(name);
		return ok;
	}
	if (group)
		return false;
	if (!strcmp(word, "module-group")) {
		ok = true;
		while (ok && (name = strsep(&rest, BLANKS)))
			ok = !*name || add_group(r, name);
		return ok;
	}
	if (!strcmp(word, "moe")) {
		/* "moe SCRIPT": the script is a module, and moe is told to start it. */
		snprintf(script, sizeof(script), "moe rom/%s", basename(rest));
		return set(&r->list->root, script) && add(r, NULL, rest, NULL);
	}
	return set_base(r->list, word, rest);
}

static bool statement(struct reader *r, const char *from, const char *word, char *options,
		      char *rest)
{
	if (!strcmp(word, "entry") || !strcmp(word, "title")) {
		bool match = is_ours(options) && !strcasecmp(rest, r->entry);

		r->section = r->found ? ENTRY_OVER : match ? ENTRY : ELSEWHERE;
		r->found |= match;
		return true;
	}
	if (r->section == ENTRY_OVER || !is_ours(options) || !strcmp(word, "modaddr") ||
	    !strcmp(word, "bootstrap") || !strcmp(word, "default-bootstrap"))
		return true;
	if (!*rest)
		return r->section == ELSEWHERE;
	if (!strcmp(word, "include"))
		return include(r, from, rest);
	if (!strcmp(word, "searchpath"))
		return modlist_search(r->list, rest);
	if (!strcmp(word, "group")) {
		r->section = GROUP;
		rest[strcspn(rest, BLANKS)] = 0;
		return set(&r->group, rest);
	}
	if (!strncmp(word, "default-", 8))
		return set_base(r->list, word + 8, rest);
	return r->section == ELSEWHERE || member(r, word, options, rest);
}

/* WORD[OPTIONS] REST # COMMENT */
static bool read_line(struct reader *r, const char *from, char *line)
{
	char *word = line + strspn(line, BLANKS), *rest, *options = NULL, *end;

	word[strcspn(word, "#")] = 0;
	for (end = word + strlen(word); end > word && strchr(BLANKS, end[-1]); end--)
		end[-1] = 0;
	if (!*word)
		return true;
	rest = word + strcspn(word, BLANKS "[");
	if (*rest == '[') {
		*rest++ = 0;
		options = rest;
		rest += strcspn(rest, "]");
	}
	if (*rest)
		*rest++ = 0;
	rest += strspn(rest, BLANKS);
	return statement(r, from, word, options, rest);
}

static bool read_file(struct reader *r, const char *path)
{
	FILE *f = fopen(path, "re");
	char *line = NULL;
	size_t size = 0;
	unsigned n = 0;
	bool ok = true;

	if (!f) {
		report_error("cannot read the module list %s: %s", path, report_errno(errno));
		return false;
	}
	while (ok && getline(&line, &size, f) >= 0) {
		n++;
		ok = read_line(r, path, line);
	}
	if (!ok)
		report_error("module list %s: line %u is wrong here, or not understood", path, n);
	free(line);
	fclose(f);
	return ok;
}

bool modlist_read(struct modlist *l, const char *path, const char *entry)
{
	struct reader r = { .list = l, .entry = entry };
	bool ok = read_file(&r, path);

	free(r.group);
	if (ok && !r.found)
		report_error("the module list %s has no entry '%s'", path, entry);
	return ok && r.found;
}
