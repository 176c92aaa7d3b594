/* SPDX-License-Identifier: MIT */
/*
 * Between the kernel process and the console: a shared file that no program of the guest can see
 * and that outlives the console process, so that a new one goes on where the old one was. A
 * snapshot has it, too. Behind the page are the pixels of all views as they were last shown.
 *
 * The kernel describes the screen, writes what the guest prints into the text ring and rings the
 * bell (device_wire.h) when that, or guest code that runs, is waited for. The console puts events
 * for the guest into the event ring before it passes them on, and asks for what only the kernel
 * process can do by setting bits in `request` and sending IRQ_LINE_CONSOLE_REQUEST.
 */
#ifndef CONSOLE_CONSOLE_WIRE_H
#define CONSOLE_CONSOLE_WIRE_H

#include "../devices/device_wire.h"
#include "dirty.h"

#include <stddef.h>
#include <stdint.h>

#define CONSOLE_WIRE_VERSION 3U

/* Descriptors: the input script if there is one, then this file. */
#define CONSOLE_FD_SCRIPT DEVICE_FD_OWN

#define CONSOLE_HAS_SCRIPT 1U /* flags of the device */
#define CONSOLE_VERBOSE 2U    /* statistics at the end */

#define CONSOLE_VIEWS 2U
#define CONSOLE_EVENTS 4096U /* powers of two */
#define CONSOLE_TEXT 65536U
#define CONSOLE_PASTE 262144U /* nine minutes of typing */
#define CONSOLE_KEYS 768U
#define CONSOLE_HELD 16U
#define CONSOLE_REPORT 3U /* events, at most */

/* Between two keys at first: what a driver, a terminal and a shell keep up with. */
#define CONSOLE_PACE_US 2000U

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

/* What happens at one moment: one or two events, and that this is all. */
struct console_report {
	struct console_event event[CONSOLE_REPORT];
	uint32_t size;
	uint32_t reserved;
	uint64_t due; /* when it is to arrive, if a fault makes it late */
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
	uint32_t begun; /* a console has been here: what follows has a meaning */
	uint32_t shown; /* what was shown is behind this page */
	uint32_t late;  /* a step of the script has waited in vain */

	/* The kernel's: what has passed before this system was restored; when it was saved. */
	uint64_t clock_us, saved_us;
	uint64_t script_sum; /* of the script's text */

	/* The console's own, times of its clock (clock.h). */
	uint64_t wait_from;  /* when the current step began to wait; 0: it has not */
	uint64_t next_at;    /* the script goes on, not before that */
	uint64_t pace_us;    /* between two keys */
	uint64_t frame_at;   /* when the next frame may be shown */
	uint64_t compare_at; /* when to compare next, if guest code has run since the last time */
	uint64_t changed_at; /* when something was last seen to change */
	uint64_t late_until; /* a fault: nobody looks before */
	uint64_t wake_at;    /* the console wants to be woken; UINT64_MAX: it does not */
	struct dirty dirty[CONSOLE_VIEWS];
	struct console_report held[CONSOLE_HELD]; /* by a fault; of no size: none */
	uint8_t down[CONSOLE_KEYS];               /* keys and buttons that are held */

	struct console_event event[CONSOLE_EVENTS];
	uint8_t text[CONSOLE_TEXT];

	/* The console's own: what is being typed for the user. */
	uint64_t paste_at;           /* not before that */
	uint32_t paste_size, pasted; /* 0: nothing */
	char paste[CONSOLE_PASTE];
};

_Static_assert(sizeof(struct console_view) == 32, "view");
_Static_assert(offsetof(struct console_page, idle) == 72, "page: kernel");
_Static_assert(offsetof(struct console_page, event_head) == 92, "page: events");
_Static_assert(offsetof(struct console_page, clock_us) == 136, "page: times");
_Static_assert(offsetof(struct console_page, dirty) == 224, "page: changes");
_Static_assert(offsetof(struct console_page, event) == 1896, "page: event ring");
_Static_assert(offsetof(struct console_page, text) == 1896 + 8 * CONSOLE_EVENTS, "page: text");
_Static_assert(offsetof(struct console_page, paste_at) == 1896 + 8 * CONSOLE_EVENTS + CONSOLE_TEXT,
	       "page: paste");

/* Where the pixels of the first view begin; those of the next follow. */
#define CONSOLE_SHOWN ((sizeof(struct console_page) + 4095UL) & ~4095UL)

#endif
