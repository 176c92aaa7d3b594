/* SPDX-License-Identifier: MIT */
/*
 * Between the kernel process and the console: a shared file that no program of the guest can see
 * and that outlives the console process, so that a new one goes on where the old one was.
 *
 * The kernel describes the screen, writes what the guest prints into the text ring and rings the
 * bell (device_wire.h) when that, or guest code that runs, is waited for. The console puts events
 * for the guest into the event ring before it passes them on, and asks for what only the kernel
 * process can do by setting bits in `request` and sending IRQ_LINE_CONSOLE_REQUEST.
 */
#ifndef CONSOLE_CONSOLE_WIRE_H
#define CONSOLE_CONSOLE_WIRE_H

#include "../devices/device_wire.h"

#include <stddef.h>
#include <stdint.h>

#define CONSOLE_WIRE_VERSION 1U

/* Descriptors: this file, then the input script if there is one. */
#define CONSOLE_FD_PAGE DEVICE_FD_OWN
#define CONSOLE_FD_SCRIPT (DEVICE_FD_OWN + 1)

#define CONSOLE_HAS_SCRIPT 1U /* flags of the device */
#define CONSOLE_VERBOSE 2U    /* statistics at the end */

#define CONSOLE_VIEWS 2U
#define CONSOLE_EVENTS 4096U /* powers of two */
#define CONSOLE_TEXT 65536U

/* A view; offsets are in the file of I/O memory. */
struct console_view {
	uint64_t pixels, ring;
	uint32_t width, height, pitch, depth;
};

/* Of the kind virtio-input has. */
struct console_event {
	uint16_t type, code;
	uint32_t value;
};

/* What the console asks for. */
enum console_request {
	CONSOLE_END = 1,         /* the window was closed twice */
	CONSOLE_SHOT = 2,        /* the screenshot of script step `step` */
	CONSOLE_SCRIPT_LATE = 4, /* script step `step` has waited long enough */
};

/* Indices run freely. */
struct console_page {
	uint32_t version;
	uint32_t views;
	struct console_view view[CONSOLE_VIEWS];

	uint32_t idle;  /* the kernel's: no guest code runs */
	uint32_t watch; /* the console sets it; at the end of idle the kernel clears it and rings */
	uint32_t request;
	uint32_t text_head;   /* the kernel's */
	uint32_t text_wanted; /* the console sets it, the kernel clears it and rings */

	/* The console's own: what was put and what the driver has got. */
	uint32_t event_head, event_tail;
	uint32_t event_taken; /* the event at the tail is in a buffer of the driver */
	uint32_t event_done;  /* position in the used ring before that */

	/* The console's own: where the script is. */
	uint32_t step, part;
	uint32_t text_seen;
	uint32_t asked; /* the window was closed once */

	struct console_event event[CONSOLE_EVENTS];
	uint8_t text[CONSOLE_TEXT];
};

_Static_assert(sizeof(struct console_view) == 32, "view");
_Static_assert(offsetof(struct console_page, idle) == 72, "page: kernel");
_Static_assert(offsetof(struct console_page, event_head) == 92, "page: events");
_Static_assert(offsetof(struct console_page, event) == 124, "page: event ring");
_Static_assert(offsetof(struct console_page, text) == 124 + 8 * CONSOLE_EVENTS, "page: text");

#endif
