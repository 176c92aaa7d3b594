// SPDX-License-Identifier: MIT
/* --watchdog[=ENTRIES[,TIME]]. */
#include "cli.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>

#define DEFAULT_ENTRIES 1000000000ULL
#define DEFAULT_SPIN_NS 100000000ULL

int watchdog_parse(struct watchdog *w, const char *s)
{
	char *end;

	*w = (struct watchdog){ DEFAULT_ENTRIES, DEFAULT_SPIN_NS };
	if (!s)
		return 0;
	errno = 0;
	w->entries = strtoull(s, &end, 0);
	if (!isdigit((unsigned char)*s) || errno || !w->entries ||
	    (*end && (*end != ',' || !parse_duration(end + 1, &w->spin_ns))))
		return usage_error("--watchdog=...: write ENTRIES or ENTRIES,TIME, for example "
				   "100000,20ms");
	return 0;
}
