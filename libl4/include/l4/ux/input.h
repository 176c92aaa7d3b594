/* SPDX-License-Identifier: MIT */
/*
 * Keyboard and pointer: a driver for the virtio input device that the console is. Types, codes and
 * values of events are those of Linux' evdev: keys (type 1) by their place on the keyboard,
 * positions (type 3) in pixels of view 0, wheel (type 2); type 0 ends a report. Source: virtio 1.2,
 * section 5.8.
 */
#ifndef L4_UX_INPUT_H
#define L4_UX_INPUT_H

#include <l4/sys/timeout.h>
#include <l4/sys/types.h>
#include <l4/ux/screen.h>

/* One event. */
struct l4_input_event {
	uint16_t type, code;
	uint32_t value;
};

/* Kinds of events. */
enum l4_input_type {
	L4_INPUT_END = 0,      /* of a report */
	L4_INPUT_KEY = 1,      /* value 1: pressed, 0: let go; buttons, too */
	L4_INPUT_RELATIVE = 2, /* code 8: wheel, value: steps up */
	L4_INPUT_POSITION = 3, /* code 0: x, 1: y */
};

/*
 * Opens the device of a screen whose bell we have (l4_screen_tells()). @caps: two free
 * capability slots, one behind the other. There is one driver: errors of the ICU when
 * another program is it.
 */
long l4_input_open(struct l4_screen *s, l4_cap_idx_t caps);

/* The next event. false: none has come within the timeout. */
int l4_input_next(struct l4_screen *s, struct l4_input_event *e, l4_timeout_t timeout);

#endif
