/* SPDX-License-Identifier: MIT */
/* Series of random calls and their checksums. */
#ifndef ABI_RANDOM_H
#define ABI_RANDOM_H

#include <l4/sys/types.h>

#define RANDOM_CALLS 150U /* series */
#define RANDOM_ITEMS 60U
#define RANDOM_TREES 60U
#define RANDOM_SLOTS 16U /* of tap.h that the dice know */

/* Checksums of what Fiasco answered. */
extern const unsigned random_call_sums[RANDOM_CALLS], random_item_sums[RANDOM_ITEMS],
	random_tree_sums[RANDOM_TREES];

/* Begins a series. */
void random_start(unsigned seed);

/* A number of the series, less than n. */
unsigned long random_below(unsigned long n);

/* One of the slots; a flexpage. */
l4_umword_t random_slot(void);
l4_umword_t random_page(void);

/* A line of the series. */
__attribute__((format(printf, 1, 2))) void random_line(const char *format, ...);

/* Ends a series: its lines are those that were seen on Fiasco. */
void random_series(unsigned seed, const unsigned *sums, const char *what);

/* Messages between two tasks; memory between three. */
void random_items(void);
void random_trees(void);

#endif
