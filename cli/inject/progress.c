// SPDX-License-Identifier: MIT
/* Live progress on standard error. */
#include "progress.h"

#include "stats.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#define TTY_MS 500
#define LOG_MS 10000

static uint64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000ULL + t.tv_nsec / 1000000;
}

void progress_start(struct progress *p, uint64_t total, bool quiet)
{
	*p = (struct progress){ .total = total,
				.quiet = quiet,
				.tty = isatty(STDERR_FILENO),
				.begin_ms = now_ms(),
				.told_ms = now_ms() };
}

void progress_count(struct progress *p, enum outcome outcome, bool correct, bool fired)
{
	p->count[outcome]++;
	p->correct += correct;
	p->fired += fired;
	p->done++;
}

static void tell(const struct progress *p, uint64_t now)
{
	uint64_t ms = now > p->begin_ms ? now - p->begin_ms : 1, made = p->done - p->before;
	double rate = made * 1000.0 / ms;

	fprintf(stderr, "%sl4ux: %" PRIu64 "/%" PRIu64 " runs, %.0f/s", p->tty ? "\r\033[K" : "",
		p->done, p->total, rate);
	if (rate > 0)
		fprintf(stderr, ", %.0f s to go", (p->total - p->done) / rate);
	for (unsigned i = 0; i < OUTCOMES; i++) {
		struct interval v = stats_wilson(p->count[i], p->done);

		if (p->count[i])
			fprintf(stderr, "; %s %.1f-%.1f%%", outcome_names[i], v.low * 100,
				v.high * 100);
	}
	if (!p->tty)
		fputc('\n', stderr);
}

void progress_tell(struct progress *p)
{
	uint64_t now = now_ms();

	if (p->quiet || now - p->told_ms < (p->tty ? TTY_MS : LOG_MS))
		return;
	p->told_ms = now;
	tell(p, now);
}

void progress_table(const struct progress *p)
{
	if (!p->quiet && p->tty)
		fputs("\r\033[K", stderr);
	printf("%-16s %10s %8s   95%% confidence\n", "class", "runs", "share");
	for (unsigned i = 0; i < OUTCOMES; i++) {
		struct interval v = stats_wilson(p->count[i], p->done);

		printf("%-16s %10" PRIu64 " %7.2f%%   %.2f%% to %.2f%%\n", outcome_names[i],
		       p->count[i], p->done ? 100.0 * p->count[i] / p->done : 0, v.low * 100,
		       v.high * 100);
	}
	printf("%" PRIu64 " of %" PRIu64 " runs; the fault struck in %" PRIu64
	       ", the result was right in %" PRIu64 "\n",
	       p->done, p->total, p->fired, p->correct);
	if (p->done > p->before)
		printf("%.0f runs/s\n",
		       (p->done - p->before) * 1000.0 / (now_ms() - p->begin_ms + 1));
}
