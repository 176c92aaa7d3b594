/* SPDX-License-Identifier: MIT */
/* What the window's parts share. */
#ifndef CONSOLE_WINDOW_H
#define CONSOLE_WINDOW_H

#include <SDL2/SDL.h>
#include <stdbool.h>

struct console;

/* window_input.c: keyboard, pointer and clipboard. */
void window_event(struct console *c, const SDL_Event *e);

/* All that has happened; false: the guest's ring is full and some events wait. */
bool window_events(struct console *c);

/* The window was uncovered. */
void window_exposed(void);

/* Shows in the title that closing it again ends the system. */
void window_closed_once(void);

#endif
