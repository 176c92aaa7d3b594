/* SPDX-License-Identifier: MIT */
/* Plots as inline SVG. */
#ifndef INJECT_PLOT_H
#define INJECT_PLOT_H

#include "outcome.h"

#include <stdio.h>

#define PLOT_BINS 60U

extern const char *const plot_colours[OUTCOMES];

/* Text with what HTML reserves replaced. */
void plot_text(FILE *f, const char *s);

/* A horizontal bar of shares. */
void plot_shares(FILE *f, const uint64_t count[OUTCOMES]);

/* Stacked columns: classes over @bins equal parts of the occurrences 1..@last. */
void plot_over_time(FILE *f, uint64_t count[PLOT_BINS][OUTCOMES], uint64_t last);

#endif
