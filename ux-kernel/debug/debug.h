/* SPDX-License-Identifier: MIT */
/*
 * Looking into a running system from outside, and stopping it.
 *
 * In a nutshell: each system has a directory (host/instance.h) with two sockets, one for the
 * monitor and one for gdb. A request raises SIGUSR1, whose handler sets a flag and stops the guest
 * like an interrupt does; the main loop then serves the request between two kernel entries, where
 * every data structure is at rest. As long as nobody asks, all of this costs nothing.
 *
 * Read in this order: socket.h (descriptors that never block), hold.h (who has stopped the
 * guest), monitor.h (requests and answers), command.h and cmd_*.c (what can be asked), trace.h (the
 * ring of events as a file), gdb.h (the debugger).
 *
 * Signal rule: the handler of SIGUSR1 sets a flag and calls irq_input_wake(). Nothing is locked.
 */
#ifndef DEBUG_DEBUG_H
#define DEBUG_DEBUG_H

#include <signal.h>
#include <stdbool.h>

/* What the command line says; lives as long as the system. */
struct debug_plan {
	const char *name;     /* of the instance; NULL: the process id */
	const char *gdb;      /* --gdb: where to wait for a debugger, gdb_server.h; NULL: nowhere */
	int gdb_stdio[2];     /* what were standard input and output, for --gdb=stdio */
	bool root_is_program; /* the root task is what is to be looked at */
	const char *trace;    /* --trace: where the events go in the end; NULL: nowhere */
	const char *dump;     /* --dump: a directory for the last words (dump.h) */
	bool hidden;          /* one of thousands: nobody will look into it */
};

extern volatile sig_atomic_t debug_requested;

/* After the IRQ emulator has been started. 0 or negative errno after a report. */
int debug_init(const struct debug_plan *plan);
void debug_exit(void);

/* The system has ended, but its objects are still there. The status to exit with. */
int debug_ending(int status);

void debug_serve(void);

/* Between two kernel entries: serves who has asked. */
static inline void debug_poll(void)
{
	if (debug_requested)
		debug_serve();
}

#endif
