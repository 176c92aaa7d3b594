/* SPDX-License-Identifier: MIT */
/* Numbers from text. */
#include <limits.h>
#include <stdlib.h>

static int strtoul_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'Z')
		return c - 'A' + 10;
	return INT_MAX;
}

unsigned long strtoul(const char *restrict s, char **restrict end, int base)
{
	const char *start = s;
	unsigned long value = 0;
	int negative, digits = 0, overflow = 0;

	while (*s == ' ' || (*s >= '\t' && *s <= '\r'))
		s++;
	negative = *s == '-';
	if (*s == '-' || *s == '+')
		s++;
	if ((base == 0 || base == 16) && s[0] == '0' && (s[1] == 'x' || s[1] == 'X') &&
	    strtoul_digit(s[2]) < 16) {
		s += 2;
		base = 16;
	}
	if (base == 0)
		base = *s == '0' ? 8 : 10;
	for (; strtoul_digit(*s) < base; s++, digits++) {
		overflow |= __builtin_mul_overflow(value, (unsigned long)base, &value);
		overflow |= __builtin_add_overflow(value, (unsigned long)strtoul_digit(*s), &value);
	}
	if (end)
		*end = (char *)(digits ? s : start);
	if (overflow)
		return ULONG_MAX;
	return negative ? -value : value;
}

long strtol(const char *restrict s, char **restrict end, int base)
{
	return (long)strtoul(s, end, base);
}

int atoi(const char *s)
{
	return (int)strtol(s, NULL, 10);
}
