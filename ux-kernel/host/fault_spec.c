// SPDX-License-Identifier: MIT
/* POINT:WHEN[:WHOM[:ARG]]: read, and written again. */
#include "fault_spec.h"

#include "units.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PARTS 4U
#define REGISTER_BITS 64U

const struct fault_point *fault_point_find(const char *name)
{
	for (unsigned i = 0; i < FAULT_POINTS; i++)
		if (!strcmp(fault_points[i].name, name))
			return &fault_points[i];
	return NULL;
}

/* A decimal or 0x number at *@s, which moves behind it. */
static bool number(const char **s, uint64_t *value)
{
	char *end;

	if (!isdigit((unsigned char)**s))
		return false;
	errno = 0;
	*value = strtoull(*s, &end, 0);
	*s = end;
	return !errno;
}

/* "N", "N+", "N-M", "@TIME". */
static bool parse_when(struct fault_plan *p, const char *s)
{
	uint64_t ns;

	p->first = p->last = 1;
	if (*s == '@') {
		if (!parse_duration(s + 1, &ns))
			return false;
		p->not_before = (ns + 999) / 1000;
		return true;
	}
	if (!number(&s, &p->first) || !p->first)
		return false;
	p->last = p->first;
	if (*s == '+' && !s[1])
		p->last = UINT64_MAX;
	else if (*s == '-')
		return s++, number(&s, &p->last) && !*s && p->last >= p->first;
	else if (*s)
		return false;
	return true;
}

/* "any" or "", "#NUMBER", "NAME", "NAME*". */
bool fault_parse_whom(struct fault_target *t, const char *s)
{
	size_t len = strlen(s);

	if (!len || !strcmp(s, "any"))
		return true;
	if (*s == '#')
		return s++, number(&s, &t->id) && !*s && t->id;
	if (s[len - 1] == '*') {
		t->prefix = true;
		len--;
	}
	if (len >= sizeof(t->name))
		return false;
	memcpy(t->name, s, len);
	return true;
}

static bool parse_register(struct fault_plan *p, const char *s)
{
	size_t len = strcspn(s, ".");
	uint64_t bit;

	if (number(&s, &p->arg))
		return !*s && p->arg < p->point->arg_range;
	for (unsigned i = 0; i < FAULT_REGISTERS; i++) {
		const char *name = fault_register_names[i];

		if (strlen(name) != len || strncmp(name, s, len) != 0 || !s[len])
			continue;
		s += len + 1;
		p->arg = i * REGISTER_BITS;
		if (!number(&s, &bit) || *s || bit >= REGISTER_BITS)
			return false;
		p->arg += bit;
		return true;
	}
	return false;
}

static bool parse_memory(struct fault_plan *p, const char *s)
{
	bool address = !strncmp(s, "0x", 2);
	uint64_t n, bit = 0;

	if (!number(&s, &n))
		return false;
	if (!address) {
		p->arg = n;
		return !*s;
	}
	if (*s++ != '.' || !number(&s, &bit) || *s || bit > 7 || n >= 1ULL << 47)
		return false;
	p->address = true;
	p->arg = n * 8 + bit;
	return true;
}

bool fault_parse_arg(struct fault_plan *p, const char *s)
{
	switch (p->point->arg) {
	case FAULT_ARG_NONE:
		return !*s;
	case FAULT_ARG_REGISTER:
		return parse_register(p, s);
	case FAULT_ARG_MEMORY:
		return parse_memory(p, s);
	default:
		return number(&s, &p->arg) && !*s;
	}
}

static bool fail(char *why, size_t size, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

static bool fail(char *why, size_t size, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(why, size, fmt, ap);
	va_end(ap);
	return false;
}

bool fault_spec_parse(struct fault_plan *p, const char *spec, char *why, size_t size)
{
	char words[FAULT_SPEC_MAX], *rest = words, *part[PARTS] = { 0 };
	unsigned n = 0;

	if (snprintf(words, sizeof(words), "%s", spec) >= (int)sizeof(words))
		return fail(why, size, "longer than %d characters", FAULT_SPEC_MAX - 1);
	while (rest && n < PARTS)
		part[n++] = strsep(&rest, ":");
	*p = (struct fault_plan){ .point = fault_point_find(part[0]) };
	if (!p->point)
		return fail(why, size,
			    "there is no point '%s'; 'l4ux inject --list-points' shows them",
			    part[0]);
	p->arg = p->point->arg_default;
	if (rest || n < 2)
		return fail(why, size, "write POINT:WHEN[:WHOM[:ARG]]");
	if (!parse_when(p, part[1]))
		return fail(why, size,
			    "'%s' is no time; write N, N+, N-M or @TIME, for example 3 or @10ms",
			    part[1]);
	if (part[2] && !fault_parse_whom(&p->target, part[2]))
		return fail(why, size, "'%s' names nobody; write any, NAME, NAME* or #NUMBER",
			    part[2]);
	if (part[3] && !fault_parse_arg(p, part[3]))
		return fail(why, size, "%s takes no '%s' (%s)", part[0], part[3], p->point->help);
	return true;
}

static void print_when(const struct fault_plan *p, FILE *f)
{
	if (p->not_before)
		fprintf(f, "@%" PRIu64 "us", p->not_before);
	else if (p->last == UINT64_MAX)
		fprintf(f, "%" PRIu64 "+", p->first);
	else if (p->last != p->first)
		fprintf(f, "%" PRIu64 "-%" PRIu64, p->first, p->last);
	else
		fprintf(f, "%" PRIu64, p->first);
}

static void print_arg(const struct fault_plan *p, FILE *f)
{
	if (p->point->arg == FAULT_ARG_REGISTER)
		fprintf(f, ":%s.%" PRIu64, fault_register_names[p->arg / REGISTER_BITS],
			p->arg % REGISTER_BITS);
	else if (p->address)
		fprintf(f, ":0x%" PRIx64 ".%" PRIu64, p->arg / 8, p->arg % 8);
	else
		fprintf(f, ":%" PRIu64, p->arg);
}

void fault_spec_print(const struct fault_plan *p, char *buf, size_t size)
{
	bool anybody = !p->target.id && !p->target.name[0] && !p->target.prefix;
	FILE *f = fmemopen(buf, size, "w");

	buf[0] = 0;
	if (!f)
		return;
	fprintf(f, "%s:", p->point->name);
	print_when(p, f);
	if (p->target.id)
		fprintf(f, ":#%" PRIu64, p->target.id);
	else if (!anybody)
		fprintf(f, ":%s%s", p->target.name, p->target.prefix ? "*" : "");
	else if (p->point->arg != FAULT_ARG_NONE)
		fputs(":any", f);
	if (p->point->arg != FAULT_ARG_NONE)
		print_arg(p, f);
	fclose(f);
}
