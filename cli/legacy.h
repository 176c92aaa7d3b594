/* SPDX-License-Identifier: MIT */
/*
 * The short options of Fiasco-UX. -l, -m, -R and -S mean in `l4ux boot` what they meant there;
 * the others name things that are gone, and the user is told what took their place.
 */
#ifndef CLI_LEGACY_H
#define CLI_LEGACY_H

#include <stdbool.h>

/* Whether @letter was an option of Fiasco-UX only; then a report has said what to do instead. */
bool legacy_option(int letter);

#define LEGACY_HELP \
	"-l, -m, -R and -S are those of Fiasco-UX. Its other options are not needed any more;\n" \
	"l4ux says what took their place.\n"

#endif
