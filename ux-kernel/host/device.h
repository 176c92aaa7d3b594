/* SPDX-License-Identifier: MIT */
/*
 * Device processes: started with the system, started again when they die, ended with it. What a
 * device is for programs: l4/abi/virtio.h; what it is told: devices/device_wire.h.
 */
#ifndef HOST_DEVICE_H
#define HOST_DEVICE_H

#include "../core/timer.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct device_sheet;
struct space;

#define DEVICE_OWN_FDS 3

/* What the command line says about a device; lives as long as the system. */
struct device_plan {
	const char *program; /* path */
	const char *name;    /* for messages */
	const char *kind;    /* the option it comes from: "disk", "net", ... */
	const char *option;  /* its value, with which an equal device can be made; "": none */
	char label[16];      /* what Linux calls it: "vda", "eth0", ... */
	uint32_t flags;      /* of its own kind */
	bool apart;          /* it works on its own, on other CPUs than the guest */
	bool can_save;       /* a snapshot can hold its state: queues, I/O memory, @keep */
	bool can_return;     /* all it does can be undone: by those, and as its process starts */
	int fd[DEVICE_OWN_FDS];
	unsigned fds;
	uint64_t keep; /* bytes of memory that outlive the process, its last descriptor; 0: none */
	int kept;      /* a file that memory begins as a copy of; 0: as zeros */
	int memory;    /* the memory itself, if it has been made already; 0: not */
	const char *loss; /* what the guest loses when the process dies and is started again */
};

/* Memory of @bytes that a device may keep, for `kept'. Its descriptor, or negative errno. */
int device_keep_file(uint64_t bytes);

/* What there is in the file @from into @to; its holes stay holes. 0 or negative errno. */
int device_keep_copy(int from, int to);

struct device {
	const struct device_plan *plan;
	struct space *space; /* what it sees; NULL: nothing */
	uint64_t started;
	unsigned number;
	pid_t pid;   /* 0: not running */
	int control; /* -1: not running */
	int bell, keep;
	unsigned deaths; /* in a row, in a short time */
	int sheet_fd;
	bool lived;                 /* it was started more than once, or has lived for a while */
	bool settled;               /* the next process is told so */
	bool rung;                  /* it may have something to do */
	bool gone;                  /* its process has ended, as its socket says */
	struct device_sheet *sheet; /* device_fault.h */
	unsigned faults;            /* on it */
	struct timer wake;          /* simulated time: when it wants its doorbell rung */
	uint32_t sent, answered;
};

/*
 * Starts all of them. @settled: they go on with configuration pages that are there, where nothing
 * is under way. 0, or negative errno after a report.
 */
int device_init(const struct device_plan *plan, unsigned count, bool settled);

/*
 * For a system that goes back in the same process. halt: all processes end at once, with what they
 * are doing. go_on: they are started again, where nothing is under way. 0 or negative errno.
 */
void device_halt(void);
int device_go_on(void);

/* The child process @pid has ended: reported, and started again. */
void device_ended(pid_t pid);

/* Lets them save what they have and waits. */
void device_exit(void);

/*
 * Waits until every device whose bell has rung since the last call has nothing left to do. true:
 * there was one.
 */
bool device_settle(void);

/*
 * For a snapshot: all devices stop where they have nothing to do, and do nothing, whatever comes
 * from outside, until they are released. hold: false: a process has just died; later.
 */
bool device_hold(void);
void device_release(void);

/* dma.c walks over them; NULL behind the last. */
struct device *device_get(unsigned number);

/* A packet for the device comes next, or the end of its socket. */
void device_announce(struct device *d);

/* It does not do what it must: killed, which its end will tell. */
void device_fail(struct device *d, const char *why);

#endif
