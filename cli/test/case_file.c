// SPDX-License-Identifier: MIT
/*
 * The format of test files: an INI file with one case in each section. Keys may be repeated; the
 * order of expect and send is the order of what happens.
 */
#define _GNU_SOURCE
#include "../../ux-kernel/host/report.h"
#include "../cli.h"
#include "test.h"

#include <ctype.h>
#include <errno.h>
#include <ini.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#define DEFAULT_TIMEOUT_NS 60000000000ULL
#define NAME_MAX_LEN 80

struct reader {
	FILE *file;
	const char *path;
	unsigned line;
	bool too_long, binary;
	struct test_suite *suite;
	struct test_case *test; /* of the section we are in */
	bool bad;               /* it has a mistake already */
};

static int complain(struct reader *r, unsigned line, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* Returns what an inih handler returns for "go on". */
static int complain(struct reader *r, unsigned line, const char *fmt, ...)
{
	char text[300];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	report_error("%s:%u: %s", r->path, line, text);
	r->suite->errors++;
	r->bad = true;
	return 1;
}

/* inih reads lines of a fixed length: what it would cut is refused here. */
static char *read_line(char *buf, int size, void *arg)
{
	struct reader *r = arg;

	if (!fgets(buf, size, r->file))
		return NULL;
	r->line++;
	if (!strchr(buf, '\n') && !feof(r->file)) {
		complain(r, r->line,
			 "the line is longer than %d bytes; go on in the next line, "
			 "indented",
			 size - 2);
		r->too_long = true;
		return NULL;
	}
	for (const char *c = buf; *c; c++)
		if ((unsigned char)*c < ' ' && !isspace((unsigned char)*c)) {
			complain(r, r->line, "a control character (0x%02x)", (unsigned char)*c);
			r->binary = true;
			return NULL;
		}
	return buf;
}

static struct step *step_add(struct step **list, unsigned *count, enum step_kind kind,
			     const char *text)
{
	struct step *s = realloc(*list, (*count + 1) * sizeof(*s));

	if (!s)
		return NULL;
	*list = s;
	s = &s[(*count)++];
	*s = (struct step){ .kind = kind, .text = strdup(text), .len = strlen(text) };
	return s->text ? s : NULL;
}

static int add_regex(struct reader *r, struct step **list, unsigned *count, const char *value)
{
	char why[100];
	struct step *s;
	int e;

	if (!*value)
		return complain(r, r->line, "an empty expression matches everything");
	s = step_add(list, count, STEP_EXPECT, value);
	if (!s)
		return complain(r, r->line, "out of memory");
	e = regcomp(&s->regex, value, REG_EXTENDED | REG_NEWLINE);
	if (!e)
		return 1;
	regerror(e, &s->regex, why, sizeof(why));
	(*count)--;
	free(s->text);
	return complain(r, r->line, "not a regular expression: %s", why);
}

/* \n, \t, \e, \\ and \xHH; a newline is added unless the text ends with \c. */
static int add_send(struct reader *r, const char *value)
{
	struct step *s = step_add(&r->test->step, &r->test->steps, STEP_SEND, value);
	char *to, hex[3] = "";

	if (!s || !(to = realloc(s->text, s->len + 2)))
		return complain(r, r->line, "out of memory");
	s->text = to;
	for (const char *c = value; *c; c++) {
		if (*c != '\\') {
			*to++ = *c;
			continue;
		}
		switch (*++c) {
		case 'n':
			*to++ = '\n';
			break;
		case 't':
			*to++ = '\t';
			break;
		case 'e':
			*to++ = '\033';
			break;
		case '\\':
			*to++ = '\\';
			break;
		case 'x':
			if (!isxdigit((unsigned char)c[1]) || !isxdigit((unsigned char)c[2]))
				return complain(r, r->line, "\\x wants two hexadecimal digits");
			hex[0] = *++c;
			hex[1] = *++c;
			*to++ = (char)strtol(hex, NULL, 16);
			break;
		case 'c':
			if (!c[1]) {
				s->len = to - s->text;
				return 1;
			}
			return complain(r, r->line, "\\c must be the last");
		default:
			return complain(r, r->line,
					"\\n \\t \\e \\\\ \\xHH and \\c are known here");
		}
	}
	*to++ = '\n';
	s->len = to - s->text;
	return 1;
}

static int set_exit(struct reader *r, const char *value)
{
	char *end;
	long n = strtol(value, &end, 10);

	if (!isdigit((unsigned char)*value) || *end || n > 255)
		return complain(r, r->line, "exit is a number from 0 to 255");
	r->test->exit = (int)n;
	return 1;
}

static int set_end(struct reader *r, const char *value)
{
	if (strcmp(value, "exit") != 0 && strcmp(value, "stop") != 0)
		return complain(r, r->line,
				"end is exit (wait until the system ends) or stop (end "
				"it after the last step)");
	r->test->stop = !strcmp(value, "stop");
	return 1;
}

static int add_screen(struct reader *r, const char *value)
{
	struct test_case *t = r->test;
	const char *wrong = "a quote is not closed";
	unsigned words = 0;
	char **word = NULL;

	if (t->screens == SCREENS_MAX)
		return complain(r, r->line, "more than %u screens", SCREENS_MAX);
	if (words_split(&word, &words, value))
		wrong = screen_parse(&t->screen[t->screens], word, words);
	for (unsigned i = 0; i < words; i++)
		free(word[i]);
	free(word);
	if (wrong)
		return complain(r, r->line, "%s", wrong);
	for (unsigned i = 0; i < t->screens; i++)
		if (!t->screen[i].at && !t->screen[t->screens].at)
			return complain(r, r->line,
					"there is a screen for the end already; at=TEXT "
					"says when else");
	t->screens++;
	return 1;
}

static int set_key(struct reader *r, const char *key, const char *value)
{
	struct test_case *t = r->test;

	if (!strcmp(key, "expect"))
		return add_regex(r, &t->step, &t->steps, value);
	if (!strcmp(key, "reject"))
		return add_regex(r, &t->reject, &t->rejects, value);
	if (!strcmp(key, "send"))
		return add_send(r, value);
	if (!strcmp(key, "screen"))
		return add_screen(r, value);
	if (!strcmp(key, "exit"))
		return set_exit(r, value);
	if (!strcmp(key, "end"))
		return set_end(r, value);
	if (!strcmp(key, "about"))
		return 1;
	if (!strcmp(key, "boot"))
		return words_split(&t->boot, &t->words, value)
			       ? 1
			       : complain(r, r->line, "a quote is not closed");
	if (!strcmp(key, "tags"))
		return words_split(&t->tag, &t->tags, value)
			       ? 1
			       : complain(r, r->line, "a quote is not closed");
	if (!strcmp(key, "timeout"))
		return parse_duration(value, &t->timeout_ns)
			       ? 1
			       : complain(r, r->line, "not a time; write for example 500ms or 10s");
	return complain(r, r->line, "no such key: %.60s", key);
}

/* A case is complete: what makes no sense as a whole. */
static void check(struct reader *r)
{
	static const char *const systems[] = { "run", "linux", "boot" };
	struct test_case *t = r->test;
	bool known = false, waits = false;

	if (!t || r->bad)
		return;
	if (!t->words) {
		complain(r, t->line, "[%s]: boot is missing: what to start", t->name);
		return;
	}
	for (unsigned i = 0; i < 3; i++)
		known |= !strcmp(t->boot[0], systems[i]);
	for (unsigned i = 0; i < t->steps; i++)
		waits |= t->step[i].kind == STEP_EXPECT;
	if (!known)
		complain(r, t->line, "[%s]: boot begins with run, linux or boot, not '%.40s'",
			 t->name, t->boot[0]);
	else if (!waits)
		complain(r, t->line,
			 "[%s]: expect is missing: a test that waits for nothing could "
			 "not fail",
			 t->name);
	else if (t->stop && t->step[t->steps - 1].kind != STEP_EXPECT)
		complain(r, t->line, "[%s]: end = stop needs an expect as its last step", t->name);
}

static int begin(struct reader *r, const char *name)
{
	struct test_suite *s = r->suite;
	struct test_case **list, *t;

	check(r);
	r->bad = false;
	r->test = NULL;
	if (!*name || strlen(name) > NAME_MAX_LEN || strpbrk(name, "#/\\") || *name == '.')
		return complain(r, r->line, "a name has 1 to %d characters and none of # / \\",
				NAME_MAX_LEN);
	for (unsigned i = 0; i < s->tests; i++)
		if (!strcmp(s->test[i]->file, r->path) && !strcmp(s->test[i]->name, name))
			return complain(r, r->line, "there is a case [%s] already, in line %u",
					name, s->test[i]->line);
	t = calloc(1, sizeof(*t));
	list = realloc(s->test, (s->tests + 1) * sizeof(*list));
	if (list)
		s->test = list;
	if (!t || !list || !(t->file = strdup(r->path)) || !(t->name = strdup(name))) {
		free(t);
		return complain(r, r->line, "out of memory");
	}
	t->line = r->line;
	t->timeout_ns = DEFAULT_TIMEOUT_NS;
	s->test[s->tests++] = r->test = t;
	return 1;
}

static int on_key(void *arg, const char *section, const char *key, const char *value)
{
	struct reader *r = arg;

	if (!*section)
		return complain(r, r->line, "before the first [name]");
	if ((!r->test && !r->bad) || (r->test && strcmp(r->test->name, section) != 0))
		begin(r, section);
	return r->test ? set_key(r, key, value ? value : "") : 1;
}

void case_file_read(struct test_suite *s, const char *path)
{
	struct reader r = { .file = fopen(path, "re"), .path = path, .suite = s };
	unsigned before = s->tests, errors = s->errors;
	int line;

	if (!r.file) {
		report_error("cannot read the test file %s: %s", path, report_errno(errno));
		s->errors++;
		return;
	}
	line = ini_parse_stream(read_line, &r, on_key, &r);
	if (line > 0 && !r.too_long && !r.binary)
		complain(&r, line, "neither [name] nor key = value");
	else if (line < 0)
		complain(&r, r.line, "out of memory");
	check(&r);
	if (ferror(r.file))
		complain(&r, r.line, "cannot be read to its end");
	if (s->tests == before && s->errors == errors)
		complain(&r, r.line, "no case in it");
	fclose(r.file);
}
