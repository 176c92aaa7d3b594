/* SPDX-License-Identifier: MIT */
/*
 * The microkernel as a library: what the command line fills in, and the one function that runs a
 * system from start to end.
 *
 * In this directory: core/ the kernel proper (no host call in it), fault/ faults injected there,
 * engine/ what runs guest code, host/ what the kernel needs of Linux, boot/ modules and first
 * programs, debug/ the trace, snapshot/ systems in files. core/ includes nothing of the others but
 * fault/; it names what it needs in core/arch.h.
 *
 * The kernel is one thread. No guest code runs while it does, so nothing here is locked. The only
 * signal handlers (SIGIO, SIGUSR1, SIGALRM, SIGINT, SIGTERM, SIGHUP) set flags and stop the guest.
 */
#ifndef UX_KERNEL_H
#define UX_KERNEL_H

#include "boot/boot.h"
#include "checkpoint.h"
#include "debug/debug.h"
#include "engine/engine.h"
#include "fault/plan.h"
#include "host/device.h"
#include "host/vtime.h"
#include "host/watchdog.h"
#include "host/screen.h"

#include <stdbool.h>
#include <stdint.h>

struct snapshot;

struct kernel_config {
	struct boot_plan boot;
	uint64_t ram;        /* bytes for programs, on top of what boot_size() says */
	uint64_t kmem;       /* bytes the kernel may allocate for programs; 0: by the RAM */
	bool restart;        /* the guest may start the system anew; stop_restarts() tells */
	uint64_t timeout_ns; /* host time after which the system is stopped; 0: never */
	struct time_plan time;
	enum engine_choice engine;
	int cpu;                  /* host CPU to stay on, PIN_AUTO or PIN_NONE */
	bool raw_terminal;        /* the guest does a terminal's work: echo, line ends, its end */
	struct fault_plan *fault; /* faults to inject */
	unsigned faults;
	struct watchdog watchdog;
	struct snapshot *restore; /* a system to go on with, instead of booting one; or NULL */
	const struct checkpoint *checkpoint; /* NULL: none */
	const char *irq_program;             /* path of the IRQ emulator */
	struct debug_plan debug;
	const struct device_plan *device;
	unsigned devices;
	struct screen_plan *screen; /* NULL: none */
};

/* Runs to the end. The exit status of the system; 125 when it could not start. */
int kernel_run(const struct kernel_config *c);

#endif
