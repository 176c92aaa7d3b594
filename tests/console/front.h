/* SPDX-License-Identifier: MIT */
/* What the console has shown, for tests; and what its main program has for the other parts. */
#ifndef TESTS_CONSOLE_FRONT_H
#define TESTS_CONSOLE_FRONT_H

#include "console/console.h"

extern struct shown {
	struct dirty view[CONSOLE_VIEWS];
	unsigned frames;
} shown;

#endif
