/* SPDX-License-Identifier: MIT */
/*
 * What of a session outlives the process that serves it: the client's fids, each with the path of
 * its file below the directory, and what the request under way has changed of them. The next
 * process believes none of it: the client may have taken over the one before.
 */
#ifndef DEVICES_P9_KEEP_FORMAT_H
#define DEVICES_P9_KEEP_FORMAT_H

#include <stddef.h>
#include <stdint.h>

#define P9_KEEP_VERSION 1U
#define P9_FIDS_MAX 16384U /* at a time */
#define P9_KEEP_PATH 992U  /* bytes, with the zero at its end */
#define P9_KEEP_CHANGES 2U /* of one request */

#define P9_KEEP_USED 1U
#define P9_KEEP_KNOWN 2U /* the path leads to it: it is not too long, nobody has removed it */
#define P9_KEEP_OPEN 4U

struct p9_keep_fid {
	uint32_t number;
	uint32_t flags;
	uint32_t open;   /* P9_OPEN_* it was opened with */
	uint16_t type;   /* S_IFMT of its mode */
	uint16_t length; /* of the path; 0: the directory itself */
	uint64_t device, inode;
};

struct p9_keep_slot {
	struct p9_keep_fid fid;
	char path[P9_KEEP_PATH];
};

/* A slot before the request: what stands in its path up to that length is still there. */
struct p9_keep_change {
	uint32_t slot, reserved;
	struct p9_keep_fid was;
};

struct p9_keep {
	uint32_t version; /* 0: nothing was kept yet */
	uint32_t msize;
	uint32_t slots;    /* that were ever used */
	uint32_t position; /* in the queue, of the last request that was begun */
	int64_t since; /* when: nanoseconds of the host's calendar, of those that change files */
	uint32_t changes, reserved;
	struct p9_keep_change change[P9_KEEP_CHANGES];
	uint8_t pad[912];
	struct p9_keep_slot slot[P9_FIDS_MAX];
};

_Static_assert(sizeof(struct p9_keep_fid) == 32, "fid");
_Static_assert(sizeof(struct p9_keep_slot) == 1024, "slot");
_Static_assert(sizeof(struct p9_keep_change) == 40, "change");
_Static_assert(offsetof(struct p9_keep, since) == 16, "since");
_Static_assert(offsetof(struct p9_keep, change) == 32, "change");
_Static_assert(offsetof(struct p9_keep, slot) == 1024, "slots");

#endif
