// SPDX-License-Identifier: MIT
/* Reading input scripts. */
#define _GNU_SOURCE
#include "script.h"

#include "keys.h"

#include <ctype.h>
#include <errno.h>
#include <linux/input-event-codes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WAIT_US 60000000U
#define TIME_MAX_US (24ULL * 3600 * 1000000)
#define COORDINATE_MAX 65535

/* A line that is being read; errors are put into @why once. */
struct line {
	const char *at, *end;
	const char *error;
	char word[64];
};

static void fail(struct line *l, const char *error)
{
	if (!l->error)
		l->error = error;
}

static void skip_blanks(struct line *l)
{
	while (l->at < l->end && isspace((unsigned char)*l->at))
		l->at++;
	if (l->at < l->end && *l->at == '#')
		l->at = l->end;
}

static bool at_end(struct line *l)
{
	skip_blanks(l);
	return l->at == l->end;
}

/* The next word, "" when there is none. */
static const char *word(struct line *l)
{
	size_t n = 0;

	skip_blanks(l);
	while (l->at < l->end && !isspace((unsigned char)*l->at)) {
		if (n < sizeof(l->word) - 1)
			l->word[n++] = *l->at;
		else
			fail(l, "a word is too long");
		l->at++;
	}
	l->word[n] = 0;
	return l->word;
}

static bool next_is(struct line *l, const char *what)
{
	size_t n = strlen(what);

	skip_blanks(l);
	if ((size_t)(l->end - l->at) < n || memcmp(l->at, what, n) != 0 ||
	    (l->at + n < l->end && !isspace((unsigned char)l->at[n])))
		return false;
	l->at += n;
	return true;
}

static int unescape(int c)
{
	switch (c) {
	case 'n':
		return '\n';
	case 't':
		return '\t';
	case '"':
	case '\\':
		return c;
	default:
		return -1;
	}
}

/* Text in quotes; NULL after an error. */
static char *quoted(struct line *l, size_t *len)
{
	char *s;
	size_t n = 0;

	skip_blanks(l);
	if (l->at == l->end || *l->at++ != '"') {
		fail(l, "text must stand in double quotes");
		return NULL;
	}
	s = malloc(l->end - l->at + 1);
	while (s && l->at < l->end && *l->at != '"') {
		int c = (unsigned char)*l->at++;

		if (c == '\\')
			c = l->at < l->end ? unescape(*l->at++) : -1;
		if (c < 0)
			fail(l, "in text, \\ stands before n, t, \" or \\");
		s[n++] = c;
	}
	if (!s || l->at == l->end) {
		fail(l, s ? "the closing quote is missing" : "out of memory");
		free(s);
		return NULL;
	}
	l->at++;
	s[n] = 0;
	*len = n;
	return s;
}

static uint64_t duration(struct line *l)
{
	static const struct {
		const char *unit;
		uint64_t us;
	} units[] = { { "us", 1 }, { "ms", 1000 }, { "s", 1000000 }, { "m", 60000000 } };
	char *end;
	uint64_t n;

	word(l);
	n = strtoull(l->word, &end, 10);
	for (unsigned i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (isdigit((unsigned char)l->word[0]) && !strcmp(end, units[i].unit) &&
		    n <= TIME_MAX_US / units[i].us)
			return n * units[i].us;
	fail(l, "not a time; write for example 500ms or 2s");
	return 0;
}

static int number(struct line *l, int min, int max)
{
	char *end;
	long n;

	word(l);
	n = strtol(l->word, &end, 10);
	if (!l->word[0] || *end || n < min || n > max)
		fail(l, "not a number that could be meant here");
	return n;
}

static void add_key(struct line *l, struct script_item *s, unsigned code)
{
	if (!code)
		fail(l,
		     "there is no key of that name; they are like a, 7, f2, ctrl, enter, page-up");
	else if (s->keys == SCRIPT_KEYS)
		fail(l, "too many keys at once");
	else
		s->key[s->keys++] = code;
}

static void read_keys(struct line *l, struct script_item *s)
{
	const char *w = word(l), *plus;

	for (; (plus = strchr(w, '+')); w = plus + 1)
		add_key(l, s, key_by_name(w, plus - w));
	add_key(l, s, key_by_name(w, strlen(w)));
}

static void read_button(struct line *l, struct script_item *s)
{
	const char *w = word(l);

	if (!*w || !strcmp(w, "left"))
		add_key(l, s, BTN_LEFT);
	else if (!strcmp(w, "middle"))
		add_key(l, s, BTN_MIDDLE);
	else if (!strcmp(w, "right"))
		add_key(l, s, BTN_RIGHT);
	else
		fail(l, "the buttons are left, middle and right");
}

static void read_wait(struct line *l, struct script_item *s)
{
	s->op = SCRIPT_WAIT;
	if (next_is(l, "text")) {
		s->op = SCRIPT_WAIT_TEXT;
		s->text = quoted(l, &s->len);
		if (s->text && !s->len)
			fail(l, "the text to wait for is empty");
	} else if (next_is(l, "still")) {
		s->op = SCRIPT_WAIT_STILL;
		s->us = duration(l);
	} else {
		s->us = duration(l);
		return;
	}
	s->limit_us = next_is(l, "within") ? duration(l) : WAIT_US;
}

static void check_typed(struct line *l, const struct script_item *s)
{
	bool shift;

	for (size_t i = 0; i < s->len; i++)
		if (!key_by_char(s->text[i], &shift))
			fail(l, "a US keyboard has no key for one of the characters");
}

static void read_file_name(struct line *l, struct script_item *s)
{
	const char *from;

	skip_blanks(l);
	if (l->at < l->end && *l->at == '"') {
		s->text = quoted(l, &s->len);
		return;
	}
	for (from = l->at; l->at < l->end && !isspace((unsigned char)*l->at);)
		l->at++;
	s->len = l->at - from;
	s->text = strndup(from, s->len);
	if (!s->len)
		fail(l, "which file?");
}

static void read_step(struct line *l, struct script_item *s)
{
	const char *w = word(l);

	if (!strcmp(w, "type")) {
		s->op = SCRIPT_TYPE;
		s->text = quoted(l, &s->len);
		check_typed(l, s);
	} else if (!strcmp(w, "press")) {
		s->op = SCRIPT_PRESS;
		read_keys(l, s);
	} else if (!strcmp(w, "move")) {
		s->op = SCRIPT_MOVE;
		s->x = number(l, 0, COORDINATE_MAX);
		s->y = number(l, 0, COORDINATE_MAX);
	} else if (!strcmp(w, "click")) {
		s->op = SCRIPT_PRESS;
		read_button(l, s);
	} else if (!strcmp(w, "wheel")) {
		s->op = SCRIPT_WHEEL;
		s->x = number(l, -1000, 1000);
	} else if (!strcmp(w, "wait")) {
		read_wait(l, s);
	} else if (!strcmp(w, "screenshot")) {
		s->op = SCRIPT_SHOT;
		read_file_name(l, s);
	} else if (!strcmp(w, "pace")) {
		s->op = SCRIPT_PACE;
		s->us = duration(l);
	} else if (!strcmp(w, "close")) {
		s->op = SCRIPT_CLOSE;
	} else {
		fail(l, "there is no such step; they are type, press, move, click, wheel, wait, "
			"screenshot, pace and close");
	}
	if (!l->error && !at_end(l))
		fail(l, "something follows that does not belong to the step");
}

static bool add(struct script *s, const struct script_item *item)
{
	if (!(s->items & (s->items - 1))) { /* 0, 1, 2, 4, ...: double */
		void *p = reallocarray(s->item, s->items ? 2 * s->items : 1, sizeof(*item));

		if (!p)
			return false;
		s->item = p;
	}
	s->item[s->items++] = *item;
	return true;
}

int script_parse(struct script *s, const char *text, size_t len, char *why, size_t why_size)
{
	const char *end = text + len;

	*s = (struct script){ 0 };
	for (unsigned n = 1; text < end; n++) {
		const char *newline = memchr(text, '\n', end - text);
		struct line l = { .at = text, .end = newline ? newline : end };
		struct script_item item = { .line = n };

		text = newline ? newline + 1 : end;
		if (at_end(&l))
			continue;
		read_step(&l, &item);
		if (!l.error && !add(s, &item))
			l.error = "out of memory";
		if (!l.error)
			continue;
		free(item.text);
		script_free(s);
		snprintf(why, why_size, "%u: %s", n, l.error);
		return -EINVAL;
	}
	return 0;
}

void script_free(struct script *s)
{
	for (unsigned i = 0; i < s->items; i++)
		free(s->item[i].text);
	free(s->item);
	*s = (struct script){ 0 };
}
