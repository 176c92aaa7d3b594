/* SPDX-License-Identifier: MIT */
/* The device that shares a directory of the host: virtio's 9p transport around a 9P server. */
#ifndef DEVICES_SHARE_H
#define DEVICES_SHARE_H

#include "p9.h"
#include "transport.h"

/* Flags in the hello. */
#define SHARE_READ_ONLY 1U

/* Behind the directory: memory that outlives us, until it is mapped; /proc/self/fd from then on. */
#define SHARE_FD_KEEP (DEVICE_FD_OWN + 1)
#define SHARE_FD_SELF (DEVICE_FD_OWN + 1)

#define SHARE_TAG_MAX 31U /* bytes */

struct device_fault;

/* What faults make of the request at the head of the queue. */
struct share_fate {
	bool asked;
	uint16_t position;                /* in the queue, of the request this is about */
	uint64_t until;                   /* it is not answered before */
	int error;                        /* the answer, if not 0 */
	struct device_fault *lost, *flip; /* NULL: not so */
};

struct share {
	struct transport transport; /* first: it is the device */
	struct transport_device device;
	struct p9 p9;
	uint8_t *message, *answer; /* P9_MSIZE_MAX each */
	struct share_fate fate;
};

/* Fills in @s->device; the rest is as of p9_init(). 0 or negative errno. */
int share_init(struct share *s, int root, int self, struct p9_keep *keep);

/* The configuration page: what Linux mounts it by. */
void share_configure(struct share *s, const char *tag);

/*
 * share_fault.c, when there are faults at all, about s->message of @len bytes. waits: true: not
 * now. answer: in place of p9_answer(), after that.
 */
bool share_fault_waits(struct share *s, size_t len);
size_t share_fault_answer(struct share *s, size_t len, size_t room);

/* share_confine.c: nothing but that directory and the calls for it. 0 or negative errno. */
int share_confine(int root, bool read_only);

#endif
