/* SPDX-License-Identifier: MIT */
/* --ram=, --prio=, --name= and --beside. */
#include "start_options.h"

#include <string.h>

/* A number in @base up to the first other character, which *@end is left at. */
static uint64_t number(const char *text, unsigned base, const char **end)
{
	uint64_t value = 0;

	for (;; text++) {
		unsigned digit = *text >= '0' && *text <= '9'   ? (unsigned)(*text - '0')
				 : *text >= 'a' && *text <= 'f' ? (unsigned)(*text - 'a' + 10)
				 : *text >= 'A' && *text <= 'F' ? (unsigned)(*text - 'A' + 10)
								: base;

		if (digit >= base || value > ~0UL / 16)
			break;
		value = value * base + digit;
	}
	*end = text;
	return value;
}

static const char *option_ram(const char *value, struct program_start *s)
{
	static const char error[] = "write it as --ram=<hex address>:<size>, size in K, M or G";
	const char *end;
	unsigned shift;

	if (value[0] == '0' && (value[1] == 'x' || value[1] == 'X'))
		value += 2;
	s->ram_start = number(value, 16, &end);
	if (end == value || *end != ':')
		return error;
	value = end + 1;
	s->ram_size = number(value, 10, &end);
	shift = *end == 'K' ? 10 : *end == 'M' ? 20 : *end == 'G' ? 30 : 0;
	if (end == value || !shift || end[1] || !s->ram_size || s->ram_size >> (64 - shift))
		return error;
	s->ram_size <<= shift;
	return NULL;
}

static const char *option_prio(const char *value, struct program_start *s)
{
	const char *end;
	uint64_t prio = number(value, 10, &end);

	/* 255 is ours: a program of that priority could keep its own pager from running. */
	if (end == value || *end || prio < 1 || prio > 254)
		return "a priority is a number from 1 to 254";
	s->prio = prio;
	return NULL;
}

const char *start_option(const char *option, struct program_start *s)
{
	if (!strncmp(option, "--ram=", 6))
		return option_ram(option + 6, s);
	if (!strncmp(option, "--prio=", 7))
		return option_prio(option + 7, s);
	if (!strncmp(option, "--name=", 7)) {
		s->name = option + 7;
		return NULL;
	}
	if (!strcmp(option, "--beside")) {
		s->beside = true;
		return NULL;
	}
	return "unknown option; there are --ram, --prio, --name and --beside";
}
