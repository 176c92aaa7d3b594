// SPDX-License-Identifier: MIT
/* Lines of a module list that stand for something else: variables, patterns, programs. */
#define _GNU_SOURCE
#include "reader.h"

#include <ctype.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXPANDED_MAX 65536
#define ALTERNATIVES_MAX 12 /* each brace of a pattern multiplies */

/* Those L4Re's own build sets are known; others come from the environment. */
static const char *variable(struct reader *r, const char *name)
{
	const char *value = !strcmp(name, "ARCH")   ? "amd64"
			    : !strcmp(name, "BITS") ? "64"
						    : getenv(name);

	if (!value && !strcmp(name, "PLATFORM_TYPE"))
		value = "pc";
	if (!value)
		reader_error(r, "the environment has no variable %s", name);
	return value;
}

/* Writes @s with each @open NAME } replaced; the name is letters, digits and _. */
static bool replace(struct reader *r, FILE *f, const char *s, size_t len, const char *open)
{
	const char *end = s + len, *at, *name, *value;
	size_t n = strlen(open);

	while ((at = memmem(s, end - s, open, n))) {
		fwrite(s, 1, at - s, f);
		at += n;
		for (s = at; s < end && (isalnum((unsigned char)*s) || *s == '_'); s++)
			;
		if (s == at || s == end || *s != '}')
			return reader_error(r, "'%s' is not followed by a name and '}'", open);
		name = list_string(r->list, at, s++ - at);
		if (!name)
			return reader_no_memory(r);
		value = variable(r, name);
		if (!value)
			return false;
		fputs(value, f);
		if (ftell(f) > EXPANDED_MAX)
			return reader_error(r, "longer than %d bytes with its variables",
					    EXPANDED_MAX);
	}
	fwrite(s, 1, end - s, f);
	return true;
}

/* The string with its variables replaced; NULL after a report. */
static const char *replaced(struct reader *r, const char *s, size_t len, const char *open)
{
	char *buf = NULL;
	const char *copy = NULL;
	size_t size;
	FILE *f = open_memstream(&buf, &size);
	bool ok = f && replace(r, f, s, len, open);

	if (f && fclose(f))
		ok = false;
	if (ok)
		copy = list_string(r->list, buf, size);
	if (!f || (ok && !copy))
		reader_no_memory(r);
	free(buf);
	return copy;
}

const char *expand_variables(struct reader *r, const char *s)
{
	return replaced(r, s, strlen(s), "${");
}

/* The files one pattern without braces matches. */
static bool glob_plain(struct reader *r, const char *pattern, struct modlist_strings *to)
{
	glob_t g;
	int e = glob(pattern, GLOB_TILDE | GLOB_NOMAGIC, NULL, &g);

	if (e == GLOB_NOMATCH)
		return true;
	if (e)
		return reader_error(r, "cannot look through the files %s", pattern);
	for (size_t i = 0; i < g.gl_pathc; i++) {
		const char *path = list_string(r->list, g.gl_pathv[i], strlen(g.gl_pathv[i]));

		if (!list_append(r->list, to, path)) {
			globfree(&g);
			return reader_no_memory(r);
		}
	}
	globfree(&g);
	return true;
}

/* The end of an alternative in braces: a comma or brace that is not in braces of its own. */
static const char *alternative_end(const char *s)
{
	for (unsigned depth = 0; *s && (depth || (*s != ',' && *s != '}')); s++)
		depth += *s == '{' ? 1 : *s == '}' ? -1 : 0;
	return s;
}

/*
 * "a{b,c}" is "ab" and "ac", each a pattern of its own: one that is a mere name stands for itself,
 * whether the file is there or not. (GLOB_BRACE would leave out what is not.)
 */
static bool glob_braces(struct reader *r, const char *pattern, struct modlist_strings *to)
{
	const char *open = strchr(pattern, '{'), *close = open, *end;

	do
		close = close ? alternative_end(close + 1) : "";
	while (*close == ',');
	if (!*close)
		return glob_plain(r, pattern, to);
	for (const char *s = open + 1; s <= close; s = end + 1) {
		const char *one;

		end = alternative_end(s);
		one = list_format(r->list, "%.*s%.*s%s", (int)(open - pattern), pattern,
				  (int)(end - s), s, close + 1);
		if (!one)
			return reader_no_memory(r);
		if (!glob_braces(r, one, to))
			return false;
	}
	return true;
}

bool expand_glob(struct reader *r, const char *pattern, struct modlist_strings *to)
{
	const char *full = reader_relative(r, pattern);
	unsigned alternatives = 0;

	if (!full)
		return reader_no_memory(r);
	for (const char *c = pattern; *c; c++)
		alternatives += *c == ',' || *c == '{';
	if (alternatives > ALTERNATIVES_MAX)
		return reader_error(r, "a pattern with more than %d alternatives",
				    ALTERNATIVES_MAX);
	return glob_braces(r, full, to);
}

static bool globs(struct reader *r, const char *patterns, struct modlist_strings *to)
{
	for (size_t n; *patterns; patterns += n + strspn(patterns + n, LINE_BLANKS)) {
		const char *one;

		n = strcspn(patterns, LINE_BLANKS);
		one = list_string(r->list, patterns, n);
		if (!one)
			return reader_no_memory(r);
		if (!expand_glob(r, one, to))
			return false;
	}
	return true;
}

/*
 * Lists of L4Re hold expressions such as "ramdisk-$ENV{ARCH}.rd". A string with nothing in it but
 * variables of the environment means the same without Perl. false: it is more than that.
 */
static bool is_string(const char *code)
{
	size_t len = strlen(code);

	if (len < 2 || (*code != '"' && *code != '\'') || code[len - 1] != *code)
		return false;
	for (const char *c = code + 1; c < code + len - 1; c++)
		if (*c == *code || *c == '\\' ||
		    (*code == '"' && (*c == '@' || (*c == '$' && strncmp(c, "$ENV{", 5) != 0))))
			return false;
	return true;
}

static bool perl(struct reader *r, const char *code, struct modlist_strings *to)
{
	const char *s;

	if (!is_string(code))
		return program_run(r, code, true, to);
	s = *code == '"' ? replaced(r, code + 1, strlen(code) - 2, "$ENV{")
			 : list_string(r->list, code + 1, strlen(code) - 2);
	return s && (list_append(r->list, to, s) || reader_no_memory(r));
}

bool expand_line(struct reader *r, const struct line *line, struct modlist_strings *to)
{
	const char *copy;

	if (line_option(line, "perl", NULL, NULL))
		return perl(r, line->rest, to);
	if (line_option(line, "shell", NULL, NULL))
		return program_run(r, line->rest, false, to);
	if (line_option(line, "glob", NULL, NULL))
		return globs(r, line->rest, to);
	copy = list_string(r->list, line->rest, strlen(line->rest));
	return list_append(r->list, to, copy) || reader_no_memory(r);
}
