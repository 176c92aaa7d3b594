// SPDX-License-Identifier: MIT
/* l4ux trace: fetches the last events of a running system and writes them for a viewer. */
#define _GNU_SOURCE
#include "cli.h"
#include "control.h"

#include "../ux-kernel/debug/trace.h"
#include "../ux-kernel/host/report.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#define EXIT_LOST 74
#define PAGE 2000

static const char help[] =
	"usage: l4ux trace [OPTION...] NAME|PID\n\n"
	"Writes what a running system did last: who ran, calls, messages, faults, interrupts,\n"
	"mappings.\n\n"
	"      --format=chrome|ctf   JSON for Perfetto (default), or CTF 1.8\n"
	"  -o, --output=PATH         a file, or for ctf a directory (default for chrome: standard\n"
	"                            output)\n";

static const struct option longopts[] = {
	{ "format", required_argument, NULL, 'f' },
	{ "output", required_argument, NULL, 'o' },
	{ "help", no_argument, NULL, 'h' },
	{ 0 },
};

/* Appends a page of events. false: it makes no sense. */
static bool add_events(struct event **all, struct trace *t, const json_t *page)
{
	struct event *p = realloc(*all, (t->events + json_array_size(page) + 1) * sizeof(*p));
	json_t *row;
	size_t i;

	if (!p)
		return false;
	*all = p;
	json_array_foreach(page, i, row)
	{
		json_int_t v[5];

		for (unsigned k = 0; k < 5; k++)
			v[k] = json_integer_value(json_array_get(row, k));
		if (json_array_size(row) != 5 || v[0] < 0 || v[0] >= EVENT_TYPES)
			return false;
		p[t->events++] = (struct event){ .time = v[1],
						 .a = v[3],
						 .b = v[4],
						 .thread = (uint32_t)v[2],
						 .type = (uint32_t)v[0] };
	}
	return true;
}

/* What has happened until now, as far as it is still there. */
static bool fetch_events(struct control *c, struct event **all, struct trace *t, char why[200])
{
	json_int_t next = 0, end = -1;
	bool good = true;

	while (good && (end < 0 || next < end)) {
		json_t *r = control_ask(c, "trace",
					json_pack("{s:I, s:i}", "from", next, "limit", PAGE), why);
		json_t *events = json_object_get(r, "events");
		json_int_t first = json_integer_value(json_object_get(r, "first"));

		if (!r)
			return false;
		if (end < 0)
			end = json_integer_value(json_object_get(r, "count"));
		t->lost += first - next;
		next = first + (json_int_t)json_array_size(events);
		good = add_events(all, t, events);
		if (!json_array_size(events))
			end = next;
		json_decref(r);
	}
	if (!good)
		snprintf(why, 200, "its events are not understood; is it another version?");
	return good;
}

static bool fetch_names(struct control *c, const char *what, const char *key,
			struct trace_name **names, struct trace *t, char why[200])
{
	json_t *r = control_ask(c, what, NULL, why), *list = json_object_get(r, what), *row;
	struct trace_name *p;
	size_t i;

	if (!r)
		return false;
	p = realloc(*names, (t->names + json_array_size(list) + 1) * sizeof(*p));
	if (!p) {
		json_decref(r);
		return false;
	}
	*names = p;
	json_array_foreach(list, i, row)
	{
		const char *name = json_string_value(json_object_get(row, "name"));
		struct trace_name *n = &p[t->names];

		n->id = json_integer_value(json_object_get(row, key));
		n->task = json_integer_value(json_object_get(row, "task"));
		if (!strcmp(key, "task"))
			n->task = 0;
		else if (!n->task)
			continue;
		snprintf(n->name, sizeof(n->name), "%s", name ? name : "");
		t->names++;
	}
	json_decref(r);
	return true;
}

static int write_trace(const struct trace *t, const char *format, const char *path)
{
	FILE *f = stdout;
	int e;

	if (!strcmp(format, "ctf")) {
		e = trace_write_ctf(path, t);
	} else {
		if (path)
			f = fopen(path, "we");
		e = f ? trace_write_chrome(f, t) : -errno;
		if (f && (f == stdout ? fflush(f) : fclose(f)) && !e)
			e = -errno;
	}
	if (!e)
		return EXIT_SUCCESS;
	report_error("cannot write the trace to %s: %s", path ? path : "standard output",
		     report_errno(-e));
	return EXIT_LOST;
}

int cmd_trace(int argc, char **argv)
{
	const char *format = "chrome", *path = NULL;
	struct trace_name *names = NULL;
	struct event *events = NULL;
	struct trace t = { 0 };
	struct control c;
	char why[200] = "out of memory";
	int opt, e;

	opterr = 0;
	while ((opt = getopt_long(argc, argv, ":o:h", longopts, NULL)) != -1) {
		if (opt == 'h')
			return usage_print(help);
		if (opt == ':')
			return usage_error("option %s needs a value", argv[optind - 1]);
		if (opt == 'f')
			format = optarg;
		else if (opt == 'o')
			path = optarg;
		else
			return usage_error("trace: unknown option '%s'", argv[optind - 1]);
	}
	if (strcmp(format, "chrome") != 0 && strcmp(format, "ctf") != 0)
		return usage_error("--format=%s: chrome or ctf", format);
	if (!path && !strcmp(format, "ctf"))
		return usage_error("trace: --format=ctf needs a directory: -o DIRECTORY");
	if (argc - optind != 1)
		return usage_error("trace: which system? 'l4ux list' shows them");
	e = control_open(&c, argv[optind]);
	if (e)
		return e;
	e = EXIT_FAILURE;
	if (fetch_events(&c, &events, &t, why) &&
	    fetch_names(&c, "tasks", "task", &names, &t, why) &&
	    fetch_names(&c, "threads", "thread", &names, &t, why)) {
		t.event = events;
		t.name = names;
		e = write_trace(&t, format, path);
	} else {
		report_error("cannot fetch the trace of %s: %s", argv[optind], why);
	}
	control_close(&c);
	free(events);
	free(names);
	return e;
}
