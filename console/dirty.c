// SPDX-License-Identifier: MIT
/* Merging rectangles. */
#include "dirty.h"

#include <stdbool.h>

static uint64_t area(const struct rect *r)
{
	return (uint64_t)r->w * r->h;
}

static struct rect hull(const struct rect *a, const struct rect *b)
{
	uint32_t x = a->x < b->x ? a->x : b->x, y = a->y < b->y ? a->y : b->y;
	uint32_t right = a->x + a->w > b->x + b->w ? a->x + a->w : b->x + b->w;
	uint32_t bottom = a->y + a->h > b->y + b->h ? a->y + a->h : b->y + b->h;

	return (struct rect){ x, y, right - x, bottom - y };
}

/* How much two rectangles cover as one that neither covers; 0: they belong together. */
static uint64_t waste(const struct rect *a, const struct rect *b)
{
	struct rect h = hull(a, b);
	uint64_t both = area(a) + area(b);

	return area(&h) > both ? area(&h) - both : 0;
}

static bool cut(struct rect *r, uint32_t width, uint32_t height)
{
	if (r->x >= width || r->y >= height)
		return false;
	if (r->w > width - r->x)
		r->w = width - r->x;
	if (r->h > height - r->y)
		r->h = height - r->y;
	return r->w && r->h;
}

void dirty_add(struct dirty *d, struct rect r, uint32_t width, uint32_t height)
{
	uint64_t least = UINT64_MAX;
	unsigned best = 0;

	if (!cut(&r, width, height))
		return;
	for (unsigned i = 0; i < d->count; i++) {
		uint64_t w = waste(&d->rect[i], &r);

		if (w < least) {
			least = w;
			best = i;
		}
	}
	if (least && d->count < DIRTY_MAX) {
		d->rect[d->count++] = r;
		return;
	}
	/* What has grown may belong together with others now. */
	r = hull(&d->rect[best], &r);
	d->rect[best] = d->rect[--d->count];
	dirty_add(d, r, width, height);
}
