// SPDX-License-Identifier: MIT
/* Numbers with units. */
#include "units.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct unit {
	const char *suffix;
	uint64_t factor;
};

static bool parse(const char *s, const struct unit *units, unsigned count, uint64_t *value)
{
	char *end;
	unsigned long long n;

	if (!isdigit((unsigned char)*s))
		return false;
	errno = 0;
	n = strtoull(s, &end, 10);
	if (errno)
		return false;
	for (unsigned i = 0; i < count; i++)
		if (!strcasecmp(end, units[i].suffix))
			return !__builtin_mul_overflow(n, units[i].factor, value) && *value;
	return false;
}

bool parse_size(const char *s, uint64_t *bytes)
{
	static const struct unit units[] = {
		{ "", 1UL << 20 },  { "k", 1UL << 10 }, { "m", 1UL << 20 },
		{ "g", 1UL << 30 }, { "t", 1UL << 40 },
	};

	return parse(s, units, sizeof(units) / sizeof(units[0]), bytes);
}

bool parse_duration(const char *s, uint64_t *ns)
{
	static const struct unit units[] = {
		{ "", 1000000000 },     { "ns", 1 },         { "us", 1000 },
		{ "ms", 1000000 },      { "s", 1000000000 }, { "m", 60000000000 },
		{ "h", 3600000000000 },
	};

	return parse(s, units, sizeof(units) / sizeof(units[0]), ns);
}
