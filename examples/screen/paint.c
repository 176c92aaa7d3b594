/* SPDX-License-Identifier: MIT */
/*
 * A program that owns the screen and the keyboard, without Linux. The frame buffer is memory: what
 * is stored there is seen. The console process is told which rectangles have changed, so it copies
 * no more than that. Events come through a virtio queue in our own page, of which the device sees
 * nothing else; an interrupt is an IRQ object one waits for.
 *
 *	l4ux run --gui build/examples/paint
 *
 * Draw with the pointer, choose the colour with the keys 1 to 7, clear with c, end with Escape or
 * by closing the window. "paint count" counts and checks events instead of drawing (a test).
 */
#include "common/peer.h"

#include <l4/ux/input.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BRUSH 12U
#define KEY_ESC 1
#define KEY_1 2
#define KEY_7 8
#define KEY_C 46
#define KEY_POWER 116
#define BUTTON_LEFT 0x110

static const unsigned colours[] = { 0xf0f0f0, 0xe04040, 0x40c040, 0x4070f0,
				    0xf0d040, 0xd060d0, 0x40d0d0 };

static struct l4_screen screen;
static unsigned colour, x, y;
static int pressed;

static void bar(void)
{
	unsigned w = screen.view.width / 7;

	for (unsigned i = 0; i < 7; i++) {
		l4_screen_fill(&screen, i * w, 0, w, BRUSH, l4_screen_pixel(&screen, colours[i]));
		l4_screen_fill(&screen, i * w, BRUSH, w, 4,
			       l4_screen_pixel(&screen, i == colour ? 0xffffff : 0x202020));
	}
	l4_screen_tell(&screen, 0, 0, screen.view.width, BRUSH + 4);
}

static void clear(void)
{
	l4_screen_fill(&screen, 0, 0, screen.view.width, screen.view.height,
		       l4_screen_pixel(&screen, 0x202020));
	l4_screen_tell(&screen, 0, 0, screen.view.width, screen.view.height);
	bar();
}

static void dot(void)
{
	unsigned left = x > BRUSH / 2 ? x - BRUSH / 2 : 0, top = y > BRUSH / 2 ? y - BRUSH / 2 : 0;

	l4_screen_fill(&screen, left, top, BRUSH, BRUSH, l4_screen_pixel(&screen, colours[colour]));
	l4_screen_tell(&screen, left, top, BRUSH, BRUSH);
}

/* false: the end. */
static int key(unsigned code, int down)
{
	if (code == BUTTON_LEFT)
		pressed = down;
	if (!down)
		return 1;
	if (code >= KEY_1 && code <= KEY_7) {
		colour = code - KEY_1;
		bar();
	} else if (code == KEY_C) {
		clear();
	}
	return code != KEY_ESC && code != KEY_POWER;
}

static int paint(void)
{
	struct l4_input_event e;
	unsigned long events = 0;

	clear();
	printf("paint: %ux%u, %u bits\n", screen.view.width, screen.view.height, screen.view.depth);
	while (l4_input_next(&screen, &e, L4_IPC_NEVER)) {
		events++;
		if (e.type == L4_INPUT_POSITION && e.code == 0)
			x = e.value;
		else if (e.type == L4_INPUT_POSITION && e.code == 1)
			y = e.value;
		else if (e.type == L4_INPUT_KEY && !key(e.code, e.value))
			break;
		else if (e.type == L4_INPUT_END && pressed)
			dot();
	}
	printf("paint: %lu events\n", events);
	return EXIT_SUCCESS;
}

/*
 * Positions come as (n % width, n / width) for n = 0, 1, ...: a lost or doubled one, or one out of
 * order, shows. Any key ends it.
 */
static int count(void)
{
	unsigned long events = 0, expected = 0;
	struct l4_input_event e;

	printf("paint: counting\n");
	while (l4_input_next(&screen, &e, L4_IPC_NEVER) && e.type != L4_INPUT_KEY) {
		events++;
		if (e.type == L4_INPUT_POSITION && e.code == 0)
			x = e.value;
		else if (e.type == L4_INPUT_POSITION && e.code == 1)
			y = e.value;
		else if (x + (unsigned long)y * screen.view.width != expected++)
			return printf("paint: position %lu is %u, %u\n", expected - 1, x, y),
			       EXIT_FAILURE;
	}
	printf("paint: %lu events, %lu positions in order\n", events, expected);
	return EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
	l4_cap_idx_t caps;

	must(l4_screen_open(&screen, 0), "open the screen (is there one? l4ux run --gui)");
	must(l4_screen_tells(&screen, cap_alloc()), "get the console's bell");
	caps = cap_alloc();
	cap_alloc(); /* two in a row */
	must(l4_input_open(&screen, caps), "open the keyboard");
	return argc > 1 && !strcmp(argv[1], "count") ? count() : paint();
}
