/* SPDX-License-Identifier: MIT */
/* Pictures of the screen, compared with those that are expected. */
#ifndef CLI_TEST_SCREEN_H
#define CLI_TEST_SCREEN_H

#include <stdbool.h>
#include <stdint.h>

#define SCREEN_REGIONS 8U
#define SCREENS_MAX 8U

struct test_case;
struct test_run;

/* One `screen` line of a test file. */
struct test_screen {
	char *file;         /* expected; relative to the test file */
	char *at;           /* when this is printed; NULL: at the end */
	unsigned tolerance; /* by so much a colour (0 to 255) of a pixel may differ */
	double differ;      /* so many pixels may differ, or this share of those compared */
	bool percent;
	struct screen_region {
		uint32_t x, y, width, height;
	} region[SCREEN_REGIONS]; /* what is compared; none: everything */
	unsigned regions;
};

/* From the words of a line. NULL, or what is wrong with them. */
const char *screen_parse(struct test_screen *s, char **word, unsigned words);

/* The option that makes picture @n of a case; heap. */
char *screen_option(const struct test_screen *s, const char *directory, unsigned n);

/*
 * Whether the pictures of a run are as expected. Else @why says what differs, and actual, expected
 * and difference are in the run's directory. @accept: what differs is what is expected from now on.
 */
bool screen_compare(const struct test_run *r, bool accept, char *why, unsigned size);

#endif
