// SPDX-License-Identifier: MIT
/* The campaign file. */
#include "campaign.h"

#include "../cli.h"
#include "reader.h"

#include <stdio.h>
#include <string.h>

#define WEIGHT_MAX 1000000U

static void read_when(struct reader *r, const json_t *o, struct campaign_fault *f)
{
	const json_t *when = json_object_get(o, "when");
	const json_t *a = json_array_get(when, 0), *b = json_array_get(when, 1);

	f->from = 1;
	f->to = UINT64_MAX;
	if (!when)
		return;
	if (json_is_integer(when)) {
		a = b = when;
	} else if (json_array_size(when) != 2) {
		reader_fail(r, "when", "must be a number or [FIRST, LAST]");
		return;
	}
	if (json_integer_value(a) < 1 || json_integer_value(b) < json_integer_value(a)) {
		reader_fail(r, "when", "must be occurrences from 1 on, the first before the last");
		return;
	}
	f->from = json_integer_value(a);
	f->to = json_integer_value(b);
}

static void read_arg(struct reader *r, struct campaign_fault *f, json_t *v)
{
	struct fault_plan p = { .point = f->plan.point };
	char text[32];
	const char *s = json_string_value(v);

	if (json_is_integer(v) && json_integer_value(v) >= 0) {
		snprintf(text, sizeof(text), "%lld", (long long)json_integer_value(v));
		s = text;
	}
	if (!s || !fault_parse_arg(&p, s)) {
		reader_fail(r, NULL, "is no argument of %s (%s)", p.point->name, p.point->help);
		return;
	}
	f->address[f->args] = p.address;
	f->arg[f->args++] = p.arg;
}

static void read_args(struct reader *r, const json_t *o, struct campaign_fault *f)
{
	json_t *args = reader_array(r, o, "args", CAMPAIGN_ARGS);

	for (size_t i = 0; args && i < json_array_size(args); i++) {
		reader_enter(r, "args", i);
		read_arg(r, f, json_array_get(args, i));
		reader_leave(r);
	}
}

static void read_fault(struct reader *r, json_t *o, struct campaign *c)
{
	static const char *const known[] = { "point", "whom", "when", "args", "weight", NULL };
	struct campaign_fault *f = &c->fault[c->faults++];
	const char *name, *whom;

	if (!json_is_object(o)) {
		reader_fail(r, NULL, "must be an object: { \"point\": ... }");
		return;
	}
	reader_only(r, o, known);
	name = reader_string(r, o, "point", NULL);
	f->plan.point = fault_point_find(name);
	if (!f->plan.point) {
		reader_fail(r, "point",
			    "there is no point '%s'; 'l4ux inject --list-points' "
			    "shows them",
			    name);
		return;
	}
	whom = reader_string(r, o, "whom", "any");
	if (!fault_parse_whom(&f->plan.target, whom))
		reader_fail(r, "whom", "'%s' names nobody; write any, NAME, NAME* or #NUMBER",
			    whom);
	f->plan.arg = f->plan.point->arg_default;
	f->weight = reader_number(r, o, "weight", 1, 1, WEIGHT_MAX);
	read_when(r, o, f);
	read_args(r, o, f);
	if (c->sweep && !f->args && f->plan.point->arg_range > CAMPAIGN_RUNS_MAX)
		reader_fail(r, NULL, "a sweep of %s needs \"args\": they are too many to try all",
			    name);
}

static void read_patterns(struct reader *r, const json_t *o, const char *key, regex_t *to,
			  unsigned *count)
{
	json_t *list = reader_array(r, o, key, CAMPAIGN_PATTERNS);

	for (size_t i = 0; list && i < json_array_size(list) && !r->failed; i++) {
		const char *text = reader_element(r, key, list, i);
		char why[128];
		int e = regcomp(&to[*count], text, REG_EXTENDED | REG_NOSUB | REG_NEWLINE);

		if (!e) {
			++*count;
			continue;
		}
		regerror(e, &to[*count], why, sizeof(why));
		reader_enter(r, key, i);
		reader_fail(r, NULL, "'%s' is no regular expression: %s", text, why);
		reader_leave(r);
	}
}

static void read_detected(struct reader *r, const json_t *root, struct campaign *c)
{
	static const char *const known[] = { "output", "repaired", "status", NULL };
	json_t *o = reader_object(r, root, "detected"), *list;

	if (!o)
		return;
	reader_enter(r, "detected", ~(size_t)0);
	reader_only(r, o, known);
	read_patterns(r, o, "output", c->detected, &c->detecteds);
	read_patterns(r, o, "repaired", c->repaired, &c->repaireds);
	list = reader_array(r, o, "status", CAMPAIGN_PATTERNS);
	for (size_t i = 0; list && i < json_array_size(list); i++) {
		json_int_t n = json_integer_value(json_array_get(list, i));

		if (!json_is_integer(json_array_get(list, i)) || n < 1 || n > 254)
			reader_fail(r, "status", "must be exit codes from 1 to 254");
		c->detected_status[c->detected_statuses++] = n;
	}
	reader_leave(r);
}

static uint64_t read_time(struct reader *r, const json_t *o, const char *key)
{
	const char *s = reader_string(r, o, key, "");
	uint64_t ns = 0;

	if (*s && !parse_duration(s, &ns))
		reader_fail(r, key, "'%s' is not a time; write for example 20ms", s);
	return ns;
}

static void read_limits(struct reader *r, const json_t *root, struct campaign *c)
{
	static const char *const known[] = { "entries", "spin", "time", NULL };
	json_t *o = reader_object(r, root, "limits");

	if (!o)
		return;
	reader_enter(r, "limits", ~(size_t)0);
	reader_only(r, o, known);
	c->entries = reader_number(r, o, "entries", 0, 1, INT64_MAX);
	c->spin_ns = read_time(r, o, "spin");
	c->timeout_ns = read_time(r, o, "time");
	reader_leave(r);
}

static void read_system(struct reader *r, const json_t *root, struct campaign *c)
{
	json_t *list = reader_array(r, root, "system", CAMPAIGN_WORDS);

	if (!list) {
		reader_fail(r, "system", "is missing: a command line of l4ux, as a list of words");
		return;
	}
	for (size_t i = 0; i < json_array_size(list); i++)
		c->word[c->words++] = reader_element(r, "system", list, i);
	if (strcmp(c->word[0], "run") != 0 && strcmp(c->word[0], "boot") != 0 &&
	    strcmp(c->word[0], "linux") != 0 && strcmp(c->word[0], "restore") != 0)
		reader_fail(r, "system", "must begin with run, boot, linux or restore");
}

static void read_faults(struct reader *r, const json_t *root, struct campaign *c)
{
	json_t *list = reader_array(r, root, "faults", CAMPAIGN_FAULTS);

	if (!list)
		reader_fail(r, "faults", "is missing: a list of what may go wrong");
	for (size_t i = 0; list && i < json_array_size(list); i++) {
		reader_enter(r, "faults", i);
		read_fault(r, json_array_get(list, i), c);
		reader_leave(r);
	}
}

static int read_all(struct reader *r, struct campaign *c)
{
	static const char *const known[] = { "version",  "name",   "about",  "system",
					     "mode",     "runs",   "seed",   "faults",
					     "detected", "ignore", "limits", NULL };
	const char *mode;
	uint64_t version;

	version = reader_number(r, c->root, "version", 0, 0, UINT32_MAX);
	if (!r->failed && version != CAMPAIGN_VERSION)
		reader_fail(r, "version", "must be %u, the format of this l4ux", CAMPAIGN_VERSION);
	reader_only(r, c->root, known);
	c->name = reader_string(r, c->root, "name", NULL);
	if (!r->failed && (!*c->name || strchr(c->name, '/')))
		reader_fail(r, "name", "must be a name that a file can have");
	reader_string(r, c->root, "about", "");
	mode = reader_string(r, c->root, "mode", "sample");
	c->sweep = !strcmp(mode, "sweep");
	if (!r->failed && !c->sweep && strcmp(mode, "sample") != 0)
		reader_fail(r, "mode", "must be \"sample\" or \"sweep\"");
	c->runs = reader_number(r, c->root, "runs", c->sweep ? 0 : 1000, 1, CAMPAIGN_RUNS_MAX);
	c->seed = reader_number(r, c->root, "seed", 1, 0, INT64_MAX);
	if (!r->failed) {
		read_system(r, c->root, c);
		read_faults(r, c->root, c);
		read_detected(r, c->root, c);
		read_patterns(r, c->root, "ignore", c->ignored, &c->ignoreds);
		read_limits(r, c->root, c);
	}
	return r->failed ? EXIT_USAGE : 0;
}

int campaign_load(struct campaign *c, const char *file)
{
	struct reader r;

	*c = (struct campaign){ .root = reader_load(&r, file) };
	return c->root ? read_all(&r, c) : EXIT_USAGE;
}

int campaign_from_text(struct campaign *c, const char *text)
{
	struct reader r = { .file = "the stored campaign" };

	*c = (struct campaign){ .root = json_loads(text, 0, NULL) };
	return c->root ? read_all(&r, c) : EXIT_USAGE;
}

char *campaign_text(const struct campaign *c)
{
	return json_dumps(c->root, JSON_SORT_KEYS | JSON_COMPACT);
}
