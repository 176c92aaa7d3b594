// SPDX-License-Identifier: MIT
/* Bars and columns. */
#include "plot.h"

#include <inttypes.h>

#define WIDTH 720
#define BAR_HEIGHT 22
#define COLUMN_HEIGHT 140
#define COLUMN_WIDTH 12

_Static_assert(PLOT_BINS *COLUMN_WIDTH == WIDTH, "columns fill the width");

const char *const plot_colours[OUTCOMES] = {
	[OUTCOME_MASKED] = "#9aa5b1",    [OUTCOME_DETECTED] = "#2f80ed",
	[OUTCOME_CORRUPTED] = "#d64545", [OUTCOME_CRASH] = "#e08e0b",
	[OUTCOME_HANG] = "#7b4fb5",      [OUTCOME_SIMULATOR_ERROR] = "#111111",
};

void plot_text(FILE *f, const char *s)
{
	for (; *s; s++)
		switch (*s) {
		case '<':
			fputs("&lt;", f);
			break;
		case '>':
			fputs("&gt;", f);
			break;
		case '&':
			fputs("&amp;", f);
			break;
		case '"':
			fputs("&quot;", f);
			break;
		default:
			fputc(*s, f);
		}
}

static uint64_t sum(const uint64_t count[OUTCOMES])
{
	uint64_t n = 0;

	for (unsigned i = 0; i < OUTCOMES; i++)
		n += count[i];
	return n;
}

static void rect(FILE *f, double x, double y, double w, double h, unsigned outcome, uint64_t n)
{
	fprintf(f,
		"<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"%s\"><title>%s: "
		"%" PRIu64 "</title></rect>",
		x, y, w, h, plot_colours[outcome], outcome_names[outcome], n);
}

void plot_shares(FILE *f, const uint64_t count[OUTCOMES])
{
	uint64_t all = sum(count);
	double x = 0;

	fprintf(f, "<svg width=\"%d\" height=\"%d\" role=\"img\">", WIDTH, BAR_HEIGHT);
	for (unsigned i = 0; all && i < OUTCOMES; i++) {
		double w = (double)WIDTH * count[i] / all;

		if (count[i])
			rect(f, x, 0, w, BAR_HEIGHT, i, count[i]);
		x += w;
	}
	fputs("</svg>\n", f);
}

void plot_over_time(FILE *f, uint64_t count[PLOT_BINS][OUTCOMES], uint64_t last)
{
	uint64_t most = 1;

	for (unsigned b = 0; b < PLOT_BINS; b++)
		most = sum(count[b]) > most ? sum(count[b]) : most;
	fprintf(f, "<svg width=\"%d\" height=\"%d\" role=\"img\">", WIDTH, COLUMN_HEIGHT + 18);
	for (int b = 0; b < (int)PLOT_BINS; b++) {
		double x = (double)b * COLUMN_WIDTH, y = COLUMN_HEIGHT;

		for (unsigned i = 0; i < OUTCOMES; i++) {
			double h = (double)COLUMN_HEIGHT * count[b][i] / most;

			y -= h;
			if (count[b][i])
				rect(f, x, y, (double)COLUMN_WIDTH - 1, h, i, count[b][i]);
		}
	}
	fprintf(f,
		"<text x=\"0\" y=\"%d\">1</text><text x=\"%d\" y=\"%d\" "
		"text-anchor=\"end\">%" PRIu64 "</text></svg>\n",
		COLUMN_HEIGHT + 15, WIDTH, COLUMN_HEIGHT + 15, last);
}
