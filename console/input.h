/* SPDX-License-Identifier: MIT */
/*
 * Events for the guest. They wait in the shared page until a driver has room for them; nothing is
 * dropped. Keys and buttons are evdev codes, so what a key means is up to the guest's keymap.
 */
#ifndef CONSOLE_INPUT_H
#define CONSOLE_INPUT_H

#include "../devices/transport.h"
#include "console_wire.h"

#include <stdbool.h>

struct input {
	struct transport transport; /* first: what serve() is called with */
	struct transport_device device;
	struct console_page *page;
	uint32_t width, height; /* of what the pointer moves on */
	unsigned long events, coalesced, waits;
	struct console_report report; /* that is being made */
};

/* Fills in the kind of device, for transport_init(). */
void input_describe(struct input *in);

/* After transport_init(): where the predecessor was, if there was one. */
void input_start(struct input *in);

/* Whether a driver takes events. */
bool input_taken(const struct input *in);

/* Whether there is room for whatever comes next; a caller that finds none comes again later. */
bool input_room(struct input *in);

/*
 * Each of these is one report, and needs room. A key that is held already, or not, is no event.
 * A position takes the place of a position that still waits when @coalesce and many events wait.
 */
void input_key(struct input *in, unsigned code, bool down);
void input_move(struct input *in, uint32_t x, uint32_t y, bool coalesce);
void input_wheel(struct input *in, int vertical, int horizontal);
void input_release_all(struct input *in);

/* Into the ring, as it is. */
void input_pass(struct input *in, const struct console_report *r);

/* input_fault.c: true: a fault has dealt with in->report. work: passes on what was late. */
bool input_faulty(struct input *in);
void input_fault_work(struct input *in);

#endif
