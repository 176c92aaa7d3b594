/* SPDX-License-Identifier: MIT */
/* A short list of rectangles that covers all that was added to it, and not much else. */
#ifndef CONSOLE_DIRTY_H
#define CONSOLE_DIRTY_H

#include <stdint.h>

#define DIRTY_MAX 8U

struct rect {
	uint32_t x, y, w, h;
};

struct dirty {
	uint32_t count;
	struct rect rect[DIRTY_MAX];
};

/* Adds the part of @r that lies within @width x @height; any numbers will do. */
void dirty_add(struct dirty *d, struct rect r, uint32_t width, uint32_t height);

#endif
