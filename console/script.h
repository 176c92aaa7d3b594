/* SPDX-License-Identifier: MIT */
/*
 * Input scripts. One step a line; '#' begins a comment; text stands in double quotes, with \n, \t,
 * \" and \\.
 *
 *   type "TEXT"                     press keys as on a US keyboard
 *   press KEY[+KEY...]              all down in this order, then up: press ctrl+alt+f2
 *   move X Y                        the pointer, in pixels
 *   click [left|middle|right]       where the pointer is
 *   wheel N                         up, or down when negative
 *   wait TIME                       500ms, 2s, 1m
 *   wait text "TEXT" [within TIME]  until the guest has printed it since the last such wait
 *   wait still TIME [within TIME]   until the screen has not changed for that long
 *   screenshot FILE                 a PNG file
 *   pace TIME                       between two keys from here on; 0ms: as fast as they are taken
 *   close                           close the window: the guest is asked to power off
 *
 * A wait without "within" lasts a minute at most. A wait that ends in vain ends the system.
 */
#ifndef CONSOLE_SCRIPT_H
#define CONSOLE_SCRIPT_H

#include <stddef.h>
#include <stdint.h>

#define SCRIPT_KEYS 8U

enum script_op {
	SCRIPT_TYPE,
	SCRIPT_PRESS,
	SCRIPT_MOVE,
	SCRIPT_WHEEL,
	SCRIPT_WAIT,
	SCRIPT_WAIT_TEXT,
	SCRIPT_WAIT_STILL,
	SCRIPT_SHOT,
	SCRIPT_PACE,
	SCRIPT_CLOSE,
};

struct script_item {
	enum script_op op;
	unsigned line;
	char *text; /* of type, wait text, screenshot */
	size_t len;
	uint64_t us, limit_us;
	int x, y; /* of move; wheel: x */
	uint16_t key[SCRIPT_KEYS];
	unsigned keys;
};

struct script {
	struct script_item *item;
	unsigned items;
};

/* 0, or a negative errno with a message that begins with the line's number in @why. */
int script_parse(struct script *s, const char *text, size_t len, char *why, size_t why_size);

void script_free(struct script *s);

#endif
