// SPDX-License-Identifier: MIT
/* DIR/report.html: one file that needs no other. */
#define _GNU_SOURCE
#include "../../ux-kernel/host/report.h"
#include "../cli.h"
#include "campaign.h"
#include "inject.h"
#include "plot.h"
#include "stats.h"
#include "store.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define EXAMPLES 40U /* rows shown of each class but masked */
#define EXIT_IO 74

struct by_point {
	char name[32];
	uint64_t count[OUTCOMES], bins[PLOT_BINS][OUTCOMES], last;
};

struct summary {
	uint64_t count[OUTCOMES], shown[OUTCOMES], rows;
	struct by_point point[FAULT_POINTS];
	unsigned points;
	FILE *f;
};

static struct by_point *find_point(struct summary *s, const char *name)
{
	for (unsigned i = 0; i < s->points; i++)
		if (!strcmp(s->point[i].name, name))
			return &s->point[i];
	if (s->points == FAULT_POINTS)
		return NULL;
	snprintf(s->point[s->points].name, sizeof(s->point[0].name), "%s", name);
	return &s->point[s->points++];
}

static int count(void *arg, const struct store_row *row)
{
	struct summary *s = arg;
	struct by_point *p = find_point(s, row->point);

	s->rows++;
	s->count[row->outcome]++;
	if (!p)
		return 0;
	p->count[row->outcome]++;
	if (row->occurrence > p->last)
		p->last = row->occurrence;
	return 0;
}

static int count_bins(void *arg, const struct store_row *row)
{
	struct by_point *p = find_point(arg, row->point);

	if (p && p->last && row->occurrence)
		p->bins[(row->occurrence - 1) * PLOT_BINS / p->last][row->outcome]++;
	return 0;
}

static int example(void *arg, const struct store_row *row)
{
	struct summary *s = arg;

	if (row->outcome == OUTCOME_MASKED || s->shown[row->outcome]++ >= EXAMPLES)
		return 0;
	fprintf(s->f, "<tr><td>%" PRIu64 "</td><td style=\"color:%s\">%s</td><td>", row->id,
		plot_colours[row->outcome], outcome_names[row->outcome]);
	plot_text(s->f, row->detail[0] ? row->detail : row->fault);
	fputs("</td><td><code>", s->f);
	plot_text(s->f, row->replay);
	fputs("</code></td></tr>\n", s->f);
	return 0;
}

static void head(FILE *f, const char *name)
{
	fputs("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>", f);
	plot_text(f, name);
	fputs("</title><style>\n"
	      "body{font:15px/1.4 sans-serif;max-width:1100px;margin:2em auto;padding:0 1em}\n"
	      "table{border-collapse:collapse}td,th{padding:2px 10px;text-align:left;"
	      "border-bottom:1px solid #ddd;vertical-align:top}\n"
	      "code{font-size:12px;word-break:break-all}svg text{font:12px sans-serif}\n"
	      "</style></head><body>\n<h1>",
	      f);
	plot_text(f, name);
	fputs("</h1>\n", f);
}

static void classes(FILE *f, const struct summary *s)
{
	fputs("<h2>Classes</h2>\n", f);
	plot_shares(f, s->count);
	fputs("<table><tr><th>class</th><th>runs</th><th>share</th><th>95 % confidence (Wilson)"
	      "</th></tr>\n",
	      f);
	for (unsigned i = 0; i < OUTCOMES; i++) {
		struct interval v = stats_wilson(s->count[i], s->rows);

		fprintf(f,
			"<tr><td><span style=\"color:%s\">&#9632;</span> %s</td><td>%" PRIu64
			"</td><td>%.2f %%</td><td>%.2f %% to %.2f %%</td></tr>\n",
			plot_colours[i], outcome_names[i], s->count[i],
			s->rows ? 100.0 * s->count[i] / s->rows : 0, v.low * 100, v.high * 100);
	}
	fprintf(f, "</table>\n<p>%" PRIu64 " runs.</p>\n", s->rows);
}

static void points(FILE *f, struct summary *s)
{
	fputs("<h2>Points</h2>\n", f);
	for (unsigned i = 0; i < s->points; i++) {
		struct by_point *p = &s->point[i];

		fputs("<h3>", f);
		plot_text(f, p->name);
		fputs("</h3>\n", f);
		plot_shares(f, p->count);
		fputs("<p>Runs by the occurrence at which the fault struck:</p>\n", f);
		plot_over_time(f, p->bins, p->last);
	}
}

static int write_page(struct store *st, struct summary *s)
{
	char *text = store_meta(st, "campaign");
	json_t *root = text ? json_loads(text, 0, NULL) : NULL;
	const char *name = json_string_value(json_object_get(root, "name"));
	const char *about = json_string_value(json_object_get(root, "about"));
	int e;

	head(s->f, name ? name : "campaign");
	if (about) {
		fputs("<p>", s->f);
		plot_text(s->f, about);
		fputs("</p>\n", s->f);
	}
	classes(s->f, s);
	points(s->f, s);
	fputs("<h2>What was not masked</h2>\n<p>The first of each class; results.jsonl has all. "
	      "Each command repeats its run.</p>\n<table><tr><th>run</th><th>class</th><th>fault"
	      "</th><th>replay</th></tr>\n",
	      s->f);
	e = store_each(st, example, s);
	fputs("</table>\n<h2>Campaign</h2>\n<pre><code>", s->f);
	plot_text(s->f, text ? text : "");
	fputs("</code></pre></body></html>\n", s->f);
	json_decref(root);
	free(text);
	return e;
}

int inject_report(const char *dir)
{
	static struct summary s;
	char *path = NULL;
	struct store st;
	int e = store_open_read(&st, dir);

	memset(&s, 0, sizeof(s));
	if (!e)
		e = store_each(&st, count, &s);
	if (!e)
		e = store_each(&st, count_bins, &s);
	if (!e && asprintf(&path, "%s/report.html", dir) < 0)
		e = EXIT_IO;
	s.f = e ? NULL : fopen(path, "we");
	if (s.f) {
		e = write_page(&st, &s);
		if (fclose(s.f) != 0)
			s.f = NULL;
	}
	if (!e && !s.f) {
		report_error("cannot write %s: %m", path);
		e = EXIT_IO;
	}
	free(path);
	store_close(&st);
	return e;
}
