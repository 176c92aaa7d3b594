/* SPDX-License-Identifier: MIT */
/*
 * The screen: which parts have changed, and when to show them. Rectangles come from the rings of
 * the views, or, where programs do not tell them, from comparing. Frame buffers and rings are
 * written by the guest at any time.
 */
#ifndef CONSOLE_SCREEN_H
#define CONSOLE_SCREEN_H

#include "console_wire.h"
#include "dirty.h"

#include <l4/abi/screen.h>
#include <stdbool.h>

#define SCREEN_PERIOD_US 16667U /* between two frames, at least */

struct view {
	struct console_view at;
	const char *pixels;
	struct l4_ux_screen_ring *ring;
	char *shown; /* what was last shown, to compare with; NULL: nobody needs to know */
	struct dirty *dirty;
	uint64_t bad; /* times the ring made no sense */
};

struct screen {
	struct console_page *page;
	struct view view[CONSOLE_VIEWS];
	unsigned views;
	uint32_t width, height; /* of all views together */
	bool taken_over;        /* from a console whose screen is gone: all is to be drawn again */
	unsigned long frames, rects, compared;
	uint64_t pixels;
};

struct console;

/*
 * Maps the views from @io. @shown: memory for all their pixels that outlives us; NULL: changes need
 * not be known that nobody tells. 0 or -errno.
 */
int screen_open(struct screen *s, struct console_page *page, int io, char *shown);

/* Shows what has changed if it is time to. Returns when to come again, in us; UINT64_MAX: never. */
uint64_t screen_step(struct screen *s, struct console *c, uint64_t now);

/* Shows all of it, with the next frame. */
void screen_all(struct screen *s);

/*
 * screen_fault.c. faulty: a change is told: true: it is lost. is_late: nothing is looked at now.
 */
bool screen_faulty(struct screen *s, uint32_t x, uint32_t y);
bool screen_is_late(struct screen *s);

/* compare.c: adds what differs from what was shown, and takes it for shown. */
void view_compare(struct view *v);

#endif
