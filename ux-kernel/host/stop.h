/* SPDX-License-Identifier: MIT */
/*
 * Why and how the system ends: by itself, by a signal, by --timeout or --stop-at. The first SIGINT,
 * SIGTERM or SIGHUP ends it in order, the second at once.
 */
#ifndef HOST_STOP_H
#define HOST_STOP_H

#include <stdbool.h>
#include <stdint.h>

enum {
	STOP_UNAVAILABLE = 69,
	STOP_INTERNAL = 70,
	STOP_OUTPUT_LOST = 74, /* EX_IOERR: disk full */
	STOP_SIMULATED = 123,  /* simulated time is up */
	STOP_TIMEOUT = 124,
	STOP_CANNOT_START = 125,
	STOP_CRASHED = 255, /* as init says when a program dies of an unhandled fault */
};

/* Installs the handlers; @timeout_ns 0: none. */
void stop_init(uint64_t timeout_ns);

/* As if nothing had ended it yet; a new time-out in place of the old. */
void stop_forget(uint64_t timeout_ns);

bool stop_requested(void);

/* The guest may start the system anew; without that its wish is an end like others. */
void stop_allow_restart(void);

/* It has ended because the guest wants that, and for no other reason. */
bool stop_restarts(void);

/* Host time until the time-out; 0: none. */
uint64_t stop_timeout_left(void);

/* Nobody reads our output any more. */
void stop_output_lost(int error);

/* Exit status once stop_requested(); 128 + n for a signal. */
int stop_status(void);

#endif
