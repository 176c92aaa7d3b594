// SPDX-License-Identifier: MIT
/* What the lines of a module list mean. */
#define _GNU_SOURCE
#include "reader.h"

#include <string.h>

static bool is(const struct line *line, const char *word)
{
	return !strcmp(line->word, word);
}

static bool is_any(const struct line *line, const char *const *words)
{
	for (; *words; words++)
		if (is(line, *words))
			return true;
	return false;
}

/* A line that names a file, with the options that say how it is to be handled. */
static bool make_module(struct reader *r, const struct line *line, const char *cmdline,
			struct modlist_module *m)
{
	const char *name;
	size_t len;

	*m = (struct modlist_module){
		.cmdline = list_string(r->list, cmdline, strlen(cmdline)),
		.where = list_format(r->list, "%s:%u", r->path, r->line),
		.uncompress = line_option(line, "uncompress", NULL, NULL),
		.no_scan = line_option(line, "no-shlib-scan", NULL, NULL),
	};
	if (!m->cmdline || !m->where)
		return reader_no_memory(r);
	if (!line_option(line, "fname", &name, &len))
		return true;
	if (!len || memchr(name, '/', len))
		return reader_error(r, "fname is to be followed by =NAME, without directory");
	m->name = list_string(r->list, name, len);
	return m->name ? true : reader_no_memory(r);
}

static bool add(struct reader *r, const struct modlist_module *m)
{
	if (r->list->modules == MODULES_MAX)
		return reader_error(r, "more than %d modules", MODULES_MAX);
	return modlist_add(r->list, m) ? true : reader_no_memory(r);
}

static bool add_modules(struct reader *r, const struct line *line,
			const struct modlist_strings *cmdlines)
{
	struct modlist_module m;

	for (unsigned i = 0; i < cmdlines->count; i++) {
		if (!make_module(r, line, cmdlines->s[i], &m))
			return false;
		m.group = r->section == GROUP ? r->group : NULL;
		if (!add(r, &m))
			return false;
	}
	return true;
}

/* "module-group NAME NAME": the modules of groups that stand further up. */
static bool add_groups(struct reader *r, const char *groups)
{
	unsigned n = r->list->modules;

	for (size_t len; *groups; groups += len + strspn(groups + len, LINE_BLANKS)) {
		bool known = false;

		len = strcspn(groups, LINE_BLANKS);
		for (unsigned i = 0; i < n; i++) {
			struct modlist_module m = r->list->module[i];

			if (!m.group || strncmp(m.group, groups, len) != 0 || m.group[len])
				continue;
			known = true;
			m.group = NULL;
			if (!add(r, &m))
				return false;
		}
		if (!known)
			return reader_error(r, "no group '%.*s' above this line", (int)len, groups);
	}
	return true;
}

/* The lines that say which program is the kernel, sigma0 or the root task. */
static struct modlist_module *base(struct reader *r, const char *word)
{
	return !strcmp(word, "kernel")     ? &r->list->kernel
	       : !strcmp(word, "sigma0")   ? &r->list->sigma0
	       : !strcmp(word, "roottask") ? &r->list->root
					   : NULL;
}

/* "moe SCRIPT": the script is a module, and moe is told to start it. */
static bool set_moe(struct reader *r, const struct line *line,
		    const struct modlist_strings *scripts)
{
	const char *script = basename(scripts->s[0]);
	const char *cmdline = list_format(r->list, "moe rom/%s", script);

	return cmdline ? make_module(r, line, cmdline, &r->list->root) &&
				 add_modules(r, line, scripts)
		       : reader_no_memory(r);
}

/* A line inside of a group, or of the entry that is looked for. */
static bool member(struct reader *r, const struct line *line)
{
	static const char *const files[] = { "module",      "bin",          "data",
					     "bin-nostrip", "data-nostrip", NULL };
	static const char *const linux_words[] = { "initrd", "set", NULL };
	struct modlist_module *program = base(r, line->word);
	struct modlist_strings all = { 0 };

	if (is(line, "bootstrap")) /* places things in memory, which is done here otherwise */
		return true;
	if (is_any(line, linux_words))
		return reader_error(r,
				    "'%s' is for entries that boot Linux on the bare machine, "
				    "which l4ux cannot; 'l4ux linux' boots its own Linux",
				    line->word);
	if (!is_any(line, files) && !program && !is(line, "module-group") && !is(line, "moe"))
		return reader_error(r, "'%s' is no word of module lists", line->word);
	if (!*line->rest)
		return reader_error(r, "'%s' names nothing", line->word);
	if (!expand_line(r, line, &all))
		return false;
	if (!all.count)
		return true;
	if (is_any(line, files))
		return add_modules(r, line, &all);
	if (r->section == GROUP)
		return reader_error(r,
				    "'%s' in a group, which has modules only; put this line into "
				    "the entries that use the group",
				    line->word);
	if (program)
		return make_module(r, line, all.s[all.count - 1], program);
	if (is(line, "moe"))
		return set_moe(r, line, &all);
	for (unsigned i = 0; i < all.count; i++)
		if (!add_groups(r, all.s[i]))
			return false;
	return true;
}

static bool begin_entry(struct reader *r, const struct line *line)
{
	struct modlist_strings name = { 0 };
	bool match;

	if (!line_is_ours(line)) {
		r->section = r->found ? ENTRY_OVER : ELSEWHERE;
		return true;
	}
	if (!expand_line(r, line, &name))
		return false;
	match = !r->found && name.count && !strcasecmp(name.s[0], r->entry);
	if (name.count && *name.s[0] && !list_append(r->list, &r->list->entries, name.s[0]))
		return reader_no_memory(r);
	r->section = r->found ? ENTRY_OVER : match ? ENTRY : ELSEWHERE;
	r->found |= match;
	if (!match || !line_option(line, "no-defaults", NULL, NULL))
		return true;
	r->list->no_defaults = list_format(r->list, "%s:%u", r->path, r->line);
	return r->list->no_defaults || reader_no_memory(r);
}

static bool begin_group(struct reader *r, const struct line *line)
{
	struct modlist_strings name = { 0 };

	if (!line_is_ours(line)) {
		r->section = ELSEWHERE;
		return true;
	}
	if (!expand_line(r, line, &name))
		return false;
	if (!name.count || !*name.s[0])
		return reader_error(r, "a group needs a name");
	r->section = GROUP;
	r->group = list_string(r->list, name.s[0], strcspn(name.s[0], LINE_BLANKS));
	return r->group ? true : reader_no_memory(r);
}

/* "default-roottask moe --x": for entries that say nothing. */
static bool set_default(struct reader *r, const struct line *line)
{
	struct modlist_module *program = base(r, line->word + strlen("default-"));
	struct modlist_strings all = { 0 };

	if (!program)
		return is(line, "default-bootstrap") ||
		       reader_error(r, "'%s' is no word of module lists", line->word);
	if (!expand_line(r, line, &all))
		return false;
	if (!all.count || !*all.s[0])
		return true;
	if (!make_module(r, line, all.s[0], program))
		return false;
	program->is_default = true;
	return true;
}

static bool include(struct reader *r, const struct line *line)
{
	struct modlist_strings all = { 0 }, files = { 0 };

	if (line_option(line, "glob", NULL, NULL))
		return reader_error(r, "include takes patterns as it is, without [glob]");
	if (!expand_line(r, line, &all))
		return false;
	for (unsigned i = 0; i < all.count; i++) {
		const char *s = expand_variables(r, all.s[i]);

		if (!s || !expand_glob(r, s, &files))
			return false;
	}
	for (unsigned i = 0; i < files.count; i++)
		if (!reader_file(r, files.s[i]))
			return false;
	return true;
}

static bool search_path(struct reader *r, const struct line *line)
{
	struct modlist_strings all = { 0 };

	if (!expand_line(r, line, &all))
		return false;
	for (unsigned i = 0; i < all.count; i++) {
		const char *s = expand_variables(r, all.s[i]);

		if (!s)
			return false;
		if (!modlist_search(r->list, s, ":"))
			return reader_no_memory(r);
	}
	return true;
}

bool statement_read(struct reader *r, const struct line *line)
{
	if (is(line, "entry") || is(line, "title"))
		return begin_entry(r, line);
	if (r->section == ENTRY_OVER || is(line, "modaddr"))
		return true;
	if (is(line, "group"))
		return begin_group(r, line);
	if (!line_is_ours(line))
		return true;
	if (is(line, "include"))
		return include(r, line);
	if (is(line, "searchpath"))
		return search_path(r, line);
	if (!strncmp(line->word, "default-", strlen("default-")))
		return set_default(r, line);
	return r->section == ELSEWHERE || member(r, line);
}
