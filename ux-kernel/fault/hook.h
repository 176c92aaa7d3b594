/* SPDX-License-Identifier: MIT */
/*
 * Where faults can be injected: the few places of the core that ask. Without faults each costs one
 * test of a flag that is never set.
 */
#ifndef FAULT_HOOK_H
#define FAULT_HOOK_H

#include <stdbool.h>
#include <stddef.h>

struct irq_base;
struct kobj;
struct space;
struct thread;

/* What happens in a system, counted one by one: the time at which a fault strikes. */
enum fault_event {
	FAULT_EVENT_ENTRY,   /* a thread enters the kernel: system call, page fault, exception */
	FAULT_EVENT_IPC,     /* a thread sends a message to a thread */
	FAULT_EVENT_MAP,     /* memory or capabilities are mapped into a task */
	FAULT_EVENT_CREATE,  /* a factory is asked for an object */
	FAULT_EVENT_IRQ,     /* an IRQ object is triggered */
	FAULT_EVENT_TYPED,   /* a byte of standard input reaches who reads the text console */
	FAULT_EVENT_PRINTED, /* a byte is written to the text console */
	/* Counted by devices, in processes of their own (devices/sheet.h). */
	FAULT_EVENT_DISK, /* a request to a disk: read, write, flush, discard */
	FAULT_EVENT_DISK_READ,
	FAULT_EVENT_DISK_WRITE,
	FAULT_EVENT_FRAME,   /* a frame to or from a network */
	FAULT_EVENT_SERIAL,  /* a buffer of bytes to or from a serial line */
	FAULT_EVENT_ENTROPY, /* a request for random bytes */
	FAULT_EVENT_INPUT,   /* a report of keyboard or pointer: a key, a place, the wheel */
	FAULT_EVENT_UPDATE,  /* a program tells that it has changed a part of the screen */
	FAULT_EVENT_SHARE,   /* a request to a shared directory */
	FAULT_EVENT_SHARE_READ,
	FAULT_EVENT_SHARE_WRITE,
	FAULT_EVENTS,
};

extern bool fault_active; /* a fault is armed, or somebody counts */

#define FAULT_ACTIVE __builtin_expect(fault_active, false)

/* @t has entered the kernel. true: it has been killed. */
bool fault_entry(struct thread *t);

/* @t is about to send to @dest. true: it has failed, or is held back, instead. */
bool fault_ipc(struct thread *t, struct thread *dest);

/* true: refuse to map into @dst, or capabilities into its task. */
bool fault_map(const struct space *dst);

/* true: refuse @t the object it asked a factory for. */
bool fault_create(const struct thread *t);

/*
 * In place of arch_console_read() for @t, which has called @log; holds_input: there is something
 * that nobody else knows of.
 */
size_t fault_read(const struct thread *t, struct kobj *log, char *buf, size_t max, bool *more);
bool fault_holds_input(void);

/* What becomes of the @len bytes that @t writes to @log, in place. How many there are left. */
size_t fault_write(const struct thread *t, struct kobj *log, char *buf, size_t len);

/* @i has been triggered. true: whatever there is to do has been done. */
bool fault_irq(struct irq_base *i);

#endif
