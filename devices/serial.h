/* SPDX-License-Identifier: MIT */
/*
 * The serial line (virtio 1.2, section 5.3, a console port with control messages): bytes, as they
 * are, between the guest and what the command line names. Output that nobody takes yet waits here,
 * then in the guest; output while nobody is connected is gone, as on a line without a cable. Input
 * is read when the guest has room. What waits here outlives the process.
 */
#ifndef DEVICES_SERIAL_H
#define DEVICES_SERIAL_H

#include "transport.h"

#include <linux/virtio_console.h>
#include <stdbool.h>
#include <stdint.h>

/* Flags of the device: what its own descriptors are. */
enum serial_kind {
	SERIAL_NULL,
	SERIAL_STREAM, /* to read, to write; what cannot be read or written is /dev/null */
	SERIAL_PTY,    /* the master, and an inotify that tells when somebody opens the slave */
	SERIAL_LISTEN, /* a listening socket: one connection at a time */
};
#define SERIAL_KIND 0xffU /* of the flags */
/* A stream into a file of our own: a system that goes back takes away what it has written since. */
#define SERIAL_FILE 0x100U

#define SERIAL_OUTPUT (256U << 10)
#define SERIAL_INPUT 4096U

enum serial_queue {
	SERIAL_RECEIVE,
	SERIAL_SEND,
	SERIAL_CONTROL_RECEIVE,
	SERIAL_CONTROL_SEND,
	SERIAL_QUEUES,
};

#define SERIAL_CONTROLS 8U /* that can wait for the guest; more than an honest one causes */

/* Memory that outlives the process. */
struct serial_keep {
	uint32_t head, tail; /* of the output, run freely */
	uint32_t input;      /* bytes that wait for the guest to have room */
	uint32_t open;       /* the guest takes input; before that Linux would throw it away */
	uint64_t written;    /* bytes in the file, where it is one */
	uint32_t controls, reserved;
	struct virtio_console_control control[SERIAL_CONTROLS];
	uint8_t output[SERIAL_OUTPUT], pending[SERIAL_INPUT];
};

struct serial {
	struct transport transport; /* first: what serve() is called with */
	struct transport_device device;
	enum serial_kind kind;
	int in, out; /* -1: nobody there */
	int wake;    /* while nobody is there: who tells of somebody; -1: nobody ever comes */
	bool failed; /* an error of the output was reported */
	bool eager;  /* somebody may take output now */
	struct serial_keep *keep;
};

/*
 * Descriptors from @fd on, the last one is the memory that is kept. @settled: as in the hello. 0 or
 * negative errno.
 */
int serial_open(struct serial *s, uint32_t flags, int fd, bool settled);

/* For tests: the same with memory that is there. */
void serial_init(struct serial *s, enum serial_kind kind, int fd, struct serial_keep *keep);

/* serial_control.c: a message of the guest; what waits for it, as far as it has buffers. */
void serial_control(struct serial *s, const struct queue_request *r);
void serial_control_deliver(struct serial *s);

/* Its part of the configuration page. */
void serial_configure(struct serial *s);

/* What the guest has written is handed over, if somebody takes it within some seconds. */
void serial_drain(struct serial *s);

#endif
