/* SPDX-License-Identifier: MIT */
/* The points: what can go wrong. `l4ux inject --list-points` prints this table. */
#ifndef FAULT_POINT_H
#define FAULT_POINT_H

#include "hook.h"

#include <stdint.h>

enum fault_effect {
	FAULT_IRQ_LOST,
	FAULT_IRQ_LATE,
	FAULT_IRQ_DOUBLE,
	FAULT_IRQ_SPURIOUS,
	FAULT_IPC_ABORT,
	FAULT_IPC_DELAY,
	FAULT_MAP_REFUSE,
	FAULT_FACTORY_OOM,
	FAULT_RAM_FLIP,
	FAULT_REG_FLIP,
	FAULT_CODE_FLIP,
	FAULT_THREAD_KILL,
	FAULT_TASK_KILL,
	FAULT_TIME_JUMP,
	FAULT_STDIN_LOST,
	FAULT_STDIN_FLIP,
	FAULT_STDIN_LATE,
	FAULT_STDOUT_LOST,
	FAULT_STDOUT_FLIP,
	FAULT_DISK_ERROR,
	FAULT_DISK_LATE,
	FAULT_DISK_LOST,
	FAULT_DISK_TORN,
	FAULT_DISK_MISDIRECT,
	FAULT_DISK_FLIP,
	FAULT_DISK_CUT,
	FAULT_NET_DROP,
	FAULT_NET_DOUBLE,
	FAULT_NET_REORDER,
	FAULT_NET_LATE,
	FAULT_NET_CORRUPT,
	FAULT_NET_DOWN,
	FAULT_SERIAL_LOST,
	FAULT_SERIAL_CORRUPT,
	FAULT_ENTROPY_ZERO,
	FAULT_INPUT_LOST,
	FAULT_INPUT_LATE,
	FAULT_INPUT_DOUBLE,
	FAULT_INPUT_CORRUPT,
	FAULT_SCREEN_LOST,
	FAULT_SCREEN_LATE,
	FAULT_SHARE_ERROR,
	FAULT_SHARE_LATE,
	FAULT_SHARE_LOST,
	FAULT_SHARE_FLIP,
};

/* How the argument of a point is written. */
enum fault_arg {
	FAULT_ARG_NONE,
	FAULT_ARG_NUMBER,
	FAULT_ARG_REGISTER, /* "rbx.17", or a number: register * 64 + bit */
	FAULT_ARG_MEMORY,   /* "0xADDRESS.BIT", or a number: bit of the task's memory, counted */
};

struct fault_point {
	const char *name;
	enum fault_event event;
	enum fault_effect effect;
	enum fault_arg arg;
	uint64_t arg_default;
	uint64_t arg_range; /* a campaign draws arguments below this; 0: the default only */
	const char *help;   /* one line; "ARG: ..." says what the argument is */
};

#define FAULT_POINTS 45U

extern const struct fault_point fault_points[FAULT_POINTS];

/* Name of an event, in the plural; and the kind of device that it is one of, NULL: the kernel. */
extern const char *const fault_event_names[FAULT_EVENTS];
extern const char *const fault_event_device[FAULT_EVENTS];

/* Registers that reg.flip knows, in the order of its numbers. */
#define FAULT_REGISTERS 18U
extern const char *const fault_register_names[FAULT_REGISTERS];

#endif
