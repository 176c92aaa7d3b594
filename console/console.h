/* SPDX-License-Identifier: MIT */
/*
 * The console process: the screen and the keyboard of the machine, with a window or without.
 *
 * In this directory, in reading order: console_wire.h and l4/abi/screen.h (what is shared with the
 * kernel process and with programs), main.c (the loop), screen.c with dirty.c and compare.c (what
 * has changed), input.c (events for the guest), script.c (the language of input scripts) and
 * script_run.c, paste.c, headless.c or window.c (the two front ends); input_fault.c and
 * screen_fault.c (what injected faults do). keys.c has tables.
 *
 * The clock (clock.h) is that of the system: in simulated time the kernel process rings the bell
 * when we want to go on, and waits until we have. What must outlive us is in the shared page.
 *
 * One thread does all the work; nothing is locked. The window's front end has a second one, which
 * only waits for descriptors. All that the guest can write is read once, then checked.
 */
#ifndef CONSOLE_CONSOLE_H
#define CONSOLE_CONSOLE_H

#include "input.h"
#include "screen.h"
#include "script.h"

struct console {
	struct input input; /* first: it is the device */
	struct screen screen;
	struct script script;
};

/* Asks the kernel process for something; enum console_request. */
void console_request(struct console *c, uint32_t what);

/* The user, or the script, closes the window. */
void console_close(struct console *c);

/*
 * Types the character @ch with a US keyboard's keys. false: there is no room for it now, nothing
 * has happened. A character that no key makes is left out.
 */
bool console_type(struct console *c, char ch);

/*
 * Types @text for the user, unless another one is being typed or it is too long, which is reported.
 * The step does it, as far as it goes; when to come again, in us.
 */
void paste_begin(struct console *c, const char *text);
uint64_t paste_step(struct console *c, uint64_t now);

/* Does what the script says, as far as it goes. When to come again, in us. */
uint64_t script_step(struct console *c, uint64_t now);

#endif
