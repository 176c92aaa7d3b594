/* SPDX-License-Identifier: MIT */
/* Characters in UTF-8. Header only: whatever is linked with report.c has it. */
#ifndef HOST_UTF8_H
#define HOST_UTF8_H

#include <stddef.h>
#include <stdint.h>

/* The character that begins @s, of which there are @len >= 1 bytes: its bytes; 0: there is none. */
static inline unsigned utf8_character(const char *s, size_t len, uint32_t *c)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	unsigned char first = *s;
	unsigned n = first < 0x80       ? 1
		     : first >> 5 == 6  ? 2
		     : first >> 4 == 14 ? 3
		     : first >> 3 == 30 ? 4
					: 0;

	if (!n || n > len)
		return 0;
	*c = n == 1 ? first : first & (0xffU >> (n + 1));
	for (unsigned i = 1; i < n; i++) {
		if ((unsigned char)s[i] >> 6 != 2)
			return 0;
		*c = *c << 6 | (s[i] & 0x3f);
	}
	if (n > 1 && (*c < least[n] || *c > 0x10ffff || (*c >= 0xd800 && *c < 0xe000)))
		return 0;
	return n;
}

#endif
