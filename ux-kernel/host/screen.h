/* SPDX-License-Identifier: MIT */
/*
 * The kernel process' side of the screen: lays out its I/O memory, describes it to programs
 * (l4/abi/screen.h) and to the console process (console/console_wire.h), and does what the latter
 * asks for. All of this does nothing when there is no screen.
 */
#ifndef HOST_SCREEN_H
#define HOST_SCREEN_H

#include "device.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct l4_ux_screen_view;

/* What a step of the input script needs of the kernel process. */
struct screen_step {
	const char *shot;  /* a screenshot goes to this file */
	const char *where; /* FILE:LINE, for messages */
	const char *text;  /* what it waited for; NULL: no text */
};

#define SCREEN_MARKERS 8

/* What the command line says; lives as long as the system. */
struct screen_plan {
	uint32_t width, height, depth; /* height with the strip */
	uint32_t strip;                /* lines at the bottom that are a second view; 0: none */
	struct device_plan *device;    /* the console's; screen_layout() makes its memory */
	uint64_t script_sum;           /* of the input script's text; 0: there is none */
	const struct screen_step *step;
	unsigned steps;
	const char *shot; /* screenshot at the end; NULL: none */
	struct screen_marker {
		const char *text, *shot; /* when the guest prints the text */
		size_t matched;
	} marker[SCREEN_MARKERS];
	unsigned markers;
};

/* Bytes of I/O memory behind the devices' pages that the screen takes. */
uint64_t screen_memory(const struct screen_plan *p);

/* Bytes of memory the console needs to outlive it. */
uint64_t screen_keep(const struct screen_plan *p);

/* Lays it out, when I/O memory is there. 0, or negative errno after a report. */
int screen_layout(struct screen_plan *p);

/* A device's process begins: the console before it may have left anything where it reads. */
void screen_console_begins(void);

/* Describes it in the configuration page of the console, device @number. */
void screen_describe(unsigned number);

/* The first view, for the boot information; NULL: there is no screen. */
const struct l4_ux_screen_view *screen_first_view(void);

/* No guest code runs, or some may from now on: the console may wait for that. */
void screen_guest_idle(bool idle);

/* Simulated time: true: guest code was about to run, but now the console has been told first. */
bool screen_guest_wakes(void);

/* The guest has printed something. */
void screen_output(const char *text, size_t len);

/* The console asks for something. */
void screen_request(void);

/* A snapshot is made now: what must be written down for it. */
void screen_save(void);

/* For a system that goes back in the same process: what this one knows besides. */
void screen_mark(void);
void screen_return(void);

/* Writes a picture of the screen, as PNG. 0, or negative errno after a report. */
int screen_shot(const char *path);

/* The screenshot at the end; the exit status of the system, which that may change. */
int screen_exit(int status);

#endif
