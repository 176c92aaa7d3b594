/* SPDX-License-Identifier: MIT */
/*
 * Kernel objects: what all of them share, and how they die.
 *
 * An object lives as long as a ref-counted capability names it. When the last one goes, or on
 * explicit deletion, kobj_kill() cuts every tie at once (waiters wake with an error, bindings
 * break), and the memory goes when the last pin is dropped. Pins are the core's own pointers to
 * an object (thread -> task, gate -> thread ...); a pinned dead object answers as non-existent.
 */
#ifndef CORE_KOBJ_H
#define CORE_KOBJ_H

#include "list.h"

#include <l4/abi/utcb.h>
#include <stdbool.h>
#include <stdint.h>

struct call;
struct factory;
struct kobj;

enum kobj_type {
	KOBJ_TASK,
	KOBJ_THREAD,
	KOBJ_FACTORY,
	KOBJ_GATE,
	KOBJ_IRQ,
	KOBJ_SEMAPHORE,
	KOBJ_ICU,
	KOBJ_LOG,
	KOBJ_SCHEDULER,
	KOBJ_DEBUGGER,
	KOBJ_DMA_SPACE,
	KOBJ_IOMMU,
};

struct kobj_ops {
	enum kobj_type type;
	const char *name;
	size_t size;
	/* Executes a message to the object; result as described at struct call. */
	uint64_t (*invoke)(struct kobj *o, struct call *c);
	/* Cuts all ties to other objects. May be NULL. Called once, before the last unpin. */
	void (*kill)(struct kobj *o);
	/* Releases what the object owns; called when the last pin is gone. May be NULL. */
	void (*free)(struct kobj *o);
};

#define KOBJ_NAME_LEN 16U

struct kobj {
	const struct kobj_ops *ops;
	struct list all_link; /* in kobj_all */
	struct list caps;     /* all capabilities to this object: struct cap.link */
	int64_t refs;         /* ref-counted capabilities among them, less @dropped */
	int64_t dropped;      /* references a program has declared not to count */
	unsigned pins;        /* the core's own pointers */
	bool dead;
	unsigned counted;      /* check.c: pins that were found */
	uint64_t id;           /* unique for the life of the kernel, for logs and debuggers */
	struct factory *quota; /* who pays; pinned; NULL for the initial objects */
	bool named;            /* a program has given it a name, perhaps an empty one */
	char name[KOBJ_NAME_LEN + 1];
};

/*
 * Allocates an object of ops->size charged to @quota (NULL: nobody). It starts with one pin, to
 * be dropped with kobj_unpin() once a capability exists. NULL: quota or memory exhausted.
 */
void *kobj_create(const struct kobj_ops *ops, struct factory *quota);
void kobj_kill(struct kobj *o);
struct kobj *kobj_pin(struct kobj *o);
void kobj_unpin(struct kobj *o);

/* All objects whose memory is not yet released, for check.c. */
extern struct list kobj_all;

/* Their number, for leak checks. */
unsigned kobj_count(void);

#endif
