// SPDX-License-Identifier: MIT
/* TAP version 14 on standard output. */
#include "test.h"

#include <string.h>

void tap_header(unsigned count)
{
	printf("TAP version 14\n1..%u\n", count);
	fflush(stdout);
}

/* A scalar in YAML's double quotes. */
static void yaml(const char *key, const char *text)
{
	printf("  %s: \"", key);
	for (const unsigned char *c = (const unsigned char *)text; *c; c++) {
		if (*c == '"' || *c == '\\')
			printf("\\%c", *c);
		else if (*c < ' ' || *c == 0x7f)
			printf("\\x%02x", *c);
		else
			putchar(*c);
	}
	printf("\"\n");
}

static void console(const struct buffer *b, const char *mark)
{
	const char *at = b->data, *end = at + b->len;

	while (at < end) {
		const char *nl = memchr(at, '\n', end - at);
		int len = (int)((nl ? nl : end) - at);

		printf("# %s%.*s\n", mark, len, at);
		at += len + 1;
	}
}

void tap_result(unsigned number, const struct test_run *r, bool verbose)
{
	const struct test_case *t = r->test;
	enum outcome o = r->result.outcome;
	bool good = o == OUTCOME_PASSED || o == OUTCOME_SKIPPED;

	printf("%s %u - %s: %s", good ? "ok" : "not ok", number, t->file, t->name);
	if (o == OUTCOME_SKIPPED)
		printf(" # SKIP %s\n", r->result.message);
	else
		printf(" # %.2f s\n", (double)r->result.ns / 1e9);
	if (!good) {
		printf("  ---\n");
		yaml("outcome", outcome_name(o));
		yaml("message", r->result.message);
		if (r->result.bundle)
			yaml("bundle", r->result.bundle);
		printf("  at: {file: \"%s\", line: %u}\n  ...\n", t->file, t->line);
	}
	if (verbose) {
		console(&r->console, "");
		console(&r->messages, "stderr: ");
	}
	fflush(stdout);
}
