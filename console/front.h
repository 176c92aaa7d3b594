/* SPDX-License-Identifier: MIT */
/*
 * What the console shows its screen with: a window (window.c), or nothing (headless.c). One of the
 * two is linked into each console program; everything else is the same.
 */
#ifndef CONSOLE_FRONT_H
#define CONSOLE_FRONT_H

#include "dirty.h"

#include <stdbool.h>
#include <stdint.h>

struct console;
struct view;

/* 0, or an exit status after a report. */
int front_open(struct console *c);

/* From here on nothing can be opened or started any more. 0 or negative errno. */
int front_confine(void);

/* Waits for the kernel, the bell, or the user, at most @timeout_ms (-1: for ever). */
void front_wait(int timeout_ms);

/* Passes on what the user has done. */
void front_events(struct console *c);

/* Somebody sees the pixels; else nobody needs to know which have changed. */
extern const bool front_shows;

/* Shows the changed parts of a view; front_flush() follows when all views have been told. */
void front_draw(struct console *c, unsigned view, const struct dirty *d);
void front_flush(void);

void front_close(void);

#endif
