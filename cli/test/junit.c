// SPDX-License-Identifier: MIT
/* JUnit XML: what went wrong in the guest is a failure, what went wrong around it an error. */
#define _GNU_SOURCE
#include "../../ux-kernel/host/report.h"
#include "../../ux-kernel/host/utf8.h"
#include "test.h"

#include <errno.h>
#include <string.h>

#define OUTPUT_TAIL 65536U

/* Bytes of one UTF-8 character that XML allows; 0: none begins here. */
static unsigned character(const char *s, size_t len)
{
	uint32_t c = 0;
	unsigned n = utf8_character(s, len, &c);

	return c != 0xfffe && c != 0xffff && (c >= ' ' || c == '\t' || c == '\n') ? n : 0;
}

static void escape(FILE *f, const char *text, size_t len)
{
	for (size_t i = 0; i < len;) {
		const char *s = text + i;
		unsigned n = character(s, len - i);

		if (!n)
			fputs("\xef\xbf\xbd", f); /* the replacement character */
		else if (*s == '&')
			fputs("&amp;", f);
		else if (*s == '<')
			fputs("&lt;", f);
		else if (*s == '>')
			fputs("&gt;", f);
		else if (*s == '"')
			fputs("&quot;", f);
		else
			fwrite(s, 1, n, f);
		i += n ? n : 1;
	}
}

static void attribute(FILE *f, const char *name, const char *value)
{
	fprintf(f, " %s=\"", name);
	escape(f, value, strlen(value));
	fputc('"', f);
}

static void output(FILE *f, const char *element, const struct buffer *b)
{
	size_t from = b->len > OUTPUT_TAIL ? b->len - OUTPUT_TAIL : 0;

	if (!b->len)
		return;
	fprintf(f, "      <%s>", element);
	escape(f, b->data + from, b->len - from);
	fprintf(f, "</%s>\n", element);
}

static void testcase(FILE *f, const struct test_run *r)
{
	enum outcome o = r->result.outcome;
	const char *element = outcome_is_error(o) ? "error" : "failure";

	fputs("    <testcase", f);
	attribute(f, "classname", r->test->file);
	attribute(f, "name", r->test->name);
	fprintf(f, " time=\"%.3f\">\n", (double)r->result.ns / 1e9);
	if (o == OUTCOME_SKIPPED) {
		fputs("      <skipped", f);
		attribute(f, "message", r->result.message);
		fputs("/>\n", f);
	} else if (o != OUTCOME_PASSED) {
		fprintf(f, "      <%s", element);
		attribute(f, "type", outcome_name(o));
		attribute(f, "message", r->result.message);
		fputc('>', f);
		if (r->result.bundle)
			escape(f, r->result.bundle, strlen(r->result.bundle));
		fprintf(f, "</%s>\n", element);
	}
	if (o != OUTCOME_PASSED) {
		output(f, "system-out", &r->console);
		output(f, "system-err", &r->messages);
	}
	fputs("    </testcase>\n", f);
}

static void numbers(FILE *f, const struct test_run *runs, unsigned count)
{
	unsigned failures = 0, errors = 0, skipped = 0;
	double seconds = 0;

	for (unsigned i = 0; i < count; i++) {
		enum outcome o = runs[i].result.outcome;

		seconds += (double)runs[i].result.ns / 1e9;
		skipped += o == OUTCOME_SKIPPED;
		errors += outcome_is_error(o);
		failures += o != OUTCOME_PASSED && o != OUTCOME_SKIPPED && !outcome_is_error(o);
	}
	fprintf(f, " tests=\"%u\" failures=\"%u\" errors=\"%u\" skipped=\"%u\" time=\"%.3f\">\n",
		count, failures, errors, skipped, seconds);
}

bool junit_write(const char *path, const struct test_run *runs, unsigned count)
{
	FILE *f = fopen(path, "we");
	bool good = f;

	if (f) {
		fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"l4ux\"", f);
		numbers(f, runs, count);
		fputs("  <testsuite name=\"l4ux\"", f);
		numbers(f, runs, count);
		for (unsigned i = 0; i < count; i++)
			testcase(f, &runs[i]);
		fputs("  </testsuite>\n</testsuites>\n", f);
		good = !ferror(f);
		if (fclose(f))
			good = false;
	}
	if (!good)
		report_error("cannot write %s: %s", path, report_errno(errno));
	return good;
}
