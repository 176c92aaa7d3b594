/* SPDX-License-Identifier: MIT */
/*
 * The kernel's end of the IRQ pipe. A record raises SIGIO, whose handler sets a flag and stops
 * the guest code that runs; the kernel then drains the pipe. While nothing runs the kernel waits
 * on the pipe itself, so a record can come at any time without being lost.
 */
#ifndef HOST_IRQ_INPUT_H
#define HOST_IRQ_INPUT_H

#include "../../devices/irq_wire.h"

#include <stdbool.h>
#include <sys/types.h>

/*
 * Starts the IRQ emulator @program. @raw: it shall put the terminal into raw mode and leave it
 * there; else the terminal follows the log's attributes. started: before the main loop, when all
 * else has been prepared. 0 or negative errno after a report.
 */
int irq_input_init(const char *program, bool raw);
int irq_input_started(void);

/* What a snapshot keeps: input the guest may see and has not read, and modes of the terminal. */
struct irq_input_state {
	uint32_t modes, len;
	uint32_t ended; /* nothing else will come */
	uint32_t reserved;
	uint8_t unread[IRQ_CONSOLE_RING];
};

void irq_input_save(struct irq_input_state *s);

/* To begin with this; before irq_input_init(). */
void irq_input_restore(const struct irq_input_state *s);

/* For a system that goes back in the same process; what has not been read stays. */
struct irq_input_mark {
	uint32_t modes, tail, released;
	bool live;
};

void irq_input_mark(struct irq_input_mark *m);
void irq_input_return(const struct irq_input_mark *m);

/* Ends the emulator and waits until the terminal is back as it was. */
void irq_input_exit(void);

/* The directory the emulator shall remove when this process dies; told before it is made. */
void irq_input_tell_instance(const char *path);

/* Something arrived, or a stop was requested, since the last drain. */
bool irq_input_pending(void);

/* Sets the flag as if something had arrived; async-signal-safe. */
void irq_input_wake(void);

/* Reads all records and raises their lines. */
void irq_input_drain(void);

/*
 * Simulated time: what comes from outside waits here until the main loop asks for it. deliver:
 * raises the interrupts of devices, true: there were some. release: shows the guest one more line
 * of console input, if it has read the one before; of a terminal, or a pipe that was silent for a
 * while, all there is.
 */
enum input {
	INPUT_RELEASED,
	INPUT_COMING, /* not a line yet; it was waited for, look again */
	INPUT_OPEN,   /* nothing now; there may be more one day */
	INPUT_ENDED,  /* nothing will come */
};

bool irq_input_deliver(void);
enum input irq_input_release(void);

/* The other end of the pipe, for device processes. */
int irq_input_record_fd(void);

bool irq_input_is_emulator(pid_t pid);

/*
 * Like arch_timer_set(), but leaves an earlier deadline: it costs an interrupt nobody needs, at
 * most, where threads with and without a peer take turns, which would cost a host call each time.
 */
void irq_input_timer_by(uint64_t deadline);

/* Blocks until there is something to drain or a signal came. */
void irq_input_wait(void);

#endif
