// SPDX-License-Identifier: MIT
/* l4ux inject verify: do the replay commands do what their rows say? */
#define _GNU_SOURCE
#include "../../ux-kernel/host/report.h"
#include "../cli.h"
#include "golden.h"
#include "inject.h"
#include "store.h"

#include "system.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define TRACE_SIZE 17

struct check {
	struct campaign campaign;
	struct golden golden;
	uint64_t rows, step, at, tried, failed;
};

/* The hash in the line that --trace-hash prints; "": there is none. */
static bool find_trace(char trace[TRACE_SIZE])
{
	static const char mark[] = "l4ux: trace ";
	const char *found = "";
	size_t len;
	char *text = run_messages(&len);

	for (const char *at = text; at && (at = strstr(at, mark)); at++)
		found = at + strlen(mark);
	snprintf(trace, TRACE_SIZE, "%.16s", found);
	free(text);
	return text;
}

/* Whether a shell takes the @len bytes at @s for one word, as system_text() writes it. */
static bool is_word(const char *s, size_t len)
{
	if (len > 1 && *s == '\'')
		return memchr(s + 1, '\'', len - 1) == s + len - 1;
	return len && strcspn(s, " \t\n;&|<>()$`\"'\\*?[#~!{}") >= len;
}

/*
 * The words that replay the row's fault. NULL: that is not what its command says. So nothing runs
 * but l4ux, with the campaign's system, whatever somebody has written into the database.
 */
static const char *const *words_of(const struct check *k, const struct store_row *row)
{
	const char *const *words;
	char why[FAULT_SPEC_MAX], *text;
	size_t len, all = strlen(row->replay);
	struct fault_plan p;
	bool same;

	if (!fault_spec_parse(&p, row->fault, why, sizeof(why)))
		return NULL;
	words = system_words(&k->campaign, &k->golden.limits, &p);
	text = system_text(words + 1); /* l4ux may have been called by another path */
	len = text ? strlen(text) : 0;
	same = len && len < all && is_word(row->replay, all - len - 1) &&
	       row->replay[all - len - 1] == ' ' && !strcmp(row->replay + all - len, text);
	free(text);
	return same ? words : NULL;
}

static int replay(void *arg, const struct store_row *row)
{
	struct check *k = arg;
	const char *const *words;
	struct run_record r;
	enum outcome o;
	struct spoken spoken;
	bool correct, same;
	char trace[TRACE_SIZE];
	int e;

	if (k->at++ % k->step)
		return 0;
	k->tried++;
	words = words_of(k, row);
	if (!words) {
		k->failed++;
		printf("run %" PRIu64 ": its replay is not the one of its fault (%s): %s\n",
		       row->id, row->fault, row->replay);
		return 0;
	}
	e = run_command(words, k->golden.limits.timeout_ns, &r);
	if (e || !find_trace(trace)) {
		report_error("cannot replay run %" PRIu64 ": %s", row->id,
			     report_errno(e ? -e : ENOMEM));
		return EXIT_CANNOT_START;
	}
	spoken = outcome_filter(&k->campaign, &r.ending);
	o = outcome_judge(&k->campaign, &k->golden.ending, &r.ending, spoken, &correct);
	/* Where a hang is cut off, the host's clock may decide. */
	same = o == OUTCOME_HANG || !strcmp(trace, row->trace);
	if (o != row->outcome || !same) {
		k->failed++;
		printf("run %" PRIu64 " was %s (trace %s), its replay is %s (trace %s): %s\n",
		       row->id, outcome_names[row->outcome], row->trace, outcome_names[o], trace,
		       row->replay);
	}
	free(r.ending.output);
	return 0;
}

static int count(void *arg, const struct store_row *row)
{
	(void)row;
	((struct check *)arg)->rows++;
	return 0;
}

static int prepare(struct store *s, struct check *k)
{
	char *text = store_meta(s, "campaign"), *stored = store_meta(s, "golden");
	int e = text && stored ? campaign_from_text(&k->campaign, text) : EXIT_USAGE;

	if (!e)
		e = golden_make(&k->campaign, &k->golden);
	if (!e && !golden_adopt(&k->campaign, &k->golden, stored)) {
		report_error("the system is another one than that of the campaign: without a fault "
			     "it behaves differently");
		e = EXIT_USAGE;
	}
	free(text);
	free(stored);
	return e;
}

int inject_verify(const char *dir, uint64_t sample)
{
	static struct check k;
	struct store s;
	int e = store_open_read(&s, dir);

	if (!e)
		e = prepare(&s, &k);
	if (!e)
		e = store_each(&s, count, &k);
	k.step = sample && k.rows > sample ? k.rows / sample : 1;
	if (!e)
		e = store_each(&s, replay, &k);
	store_close(&s);
	if (e)
		return e;
	printf("%" PRIu64 " replay commands tried, %" PRIu64 " had another class or trace\n",
	       k.tried, k.failed);
	return k.failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
