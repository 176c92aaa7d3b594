// SPDX-License-Identifier: MIT
/* Finding out what a program has drawn that does not tell. */
#include "screen.h"

#include <string.h>

#define CHUNK 64U /* bytes; a memcmp() of a line says no more than that it differs */

/* First and last byte of a line in which it differs, rounded to chunks. */
static bool differs(const char *now, const char *shown, uint32_t len, uint32_t *from, uint32_t *to)
{
	uint32_t a = 0, b = len;

	if (!memcmp(now, shown, len))
		return false;
	while (a + CHUNK < len && !memcmp(now + a, shown + a, CHUNK))
		a += CHUNK;
	while (b > a + CHUNK && !memcmp(now + b - CHUNK, shown + b - CHUNK, CHUNK))
		b -= CHUNK;
	*from = a;
	*to = b;
	return true;
}

void view_compare(struct view *v)
{
	const struct console_view *at = &v->at;
	uint32_t pixel = at->depth / 8;

	for (uint32_t y = 0; y < at->height; y++) {
		const char *now = v->pixels + (uint64_t)y * at->pitch;
		char *shown = v->shown + (uint64_t)y * at->pitch;
		uint32_t from, to;

		if (!differs(now, shown, at->width * pixel, &from, &to))
			continue;
		memcpy(shown + from, now + from, to - from);
		from /= pixel;
		to = (to + pixel - 1) / pixel;
		dirty_add(v->dirty, (struct rect){ from, y, to - from, 1 }, at->width, at->height);
	}
}
