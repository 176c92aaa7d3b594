/* SPDX-License-Identifier: MIT */
/*
 * A server of 9P2000.L for one directory and one client that is not trusted. p9_wire.h has the
 * protocol, p9_codec.h its numbers and text, p9_fid.h what the client has names for, p9_keep.h what
 * of that outlives this process; p9.c answers messages, p9_tree.c those about names, p9_file.c
 * those about contents, p9_attr.c those about everything else of a file.
 *
 * Nothing leads out of the directory: a name is one component, never "..", looked up in a directory
 * that was reached the same way, without following symbolic links, which are for the client to
 * follow, in its own tree. Only plain files and directories are opened. What the client makes
 * belongs to who runs us, and gets no set-user-ID bits.
 */
#ifndef DEVICES_P9_H
#define DEVICES_P9_H

#include "p9_codec.h"
#include "p9_fid.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct p9 {
	int root; /* the directory, O_PATH */
	int self; /* /proc/self/fd: the way from a file's O_PATH descriptor to others of it */
	bool read_only;
	uint32_t msize; /* negotiated */
	struct p9_fids fids;
	uint32_t
		position; /* of the request that is answered: one that is done again has the same */
	bool resumed;     /* the session of the process before was taken over */
	bool same_files;  /* which still has the files that it had, if they are there */
	bool again;       /* it may have carried out this request, begun at ... */
	int64_t since;    /* ... that time */
};

/*
 * @keep outlives us, zeros at first. The caller sets read_only and same_files: the session is that
 * of a process that has just died; otherwise a file is what is found under its name now. 0 or
 * negative errno.
 */
int p9_init(struct p9 *p, int root, int self, struct p9_keep *keep);

/*
 * Answers a message of @len bytes into @answer, where @room bytes are. The length of the answer; 0:
 * it is no message, or there is no room for any answer.
 */
size_t p9_answer(struct p9 *p, const void *message, size_t len, void *answer, size_t room);

/* The same for a message that is refused with @error, a positive errno, unread. */
size_t p9_refuse(const void *message, size_t len, void *answer, size_t room, int error);

/* The fid a message names next, with its file; NULL: the client has none with that number. */
struct p9_fid *p9_get_fid(struct p9 *p, struct p9_reader *in);

/* What is kept of a fid. */
const struct p9_keep_slot *p9_keep_of(const struct p9 *p, const struct p9_fid *f);

/* openat() in @dir that leads nowhere else and through no link. Descriptor or negative errno. */
int p9_open_in(int dir, const char *name, uint64_t flags, unsigned mode);

/* Opens what @path (O_PATH) is: a plain file or a directory. Descriptor or negative errno. */
int p9_reopen(const struct p9 *p, int path, int flags);

/* A descriptor's name below /proc/self/fd. */
struct p9_name {
	char text[12];
};
struct p9_name p9_self_name(int fd);

/* What answers a kind of message: 0, or a negative errno in place of what it has written. */
typedef int p9_handler(struct p9 *p, struct p9_reader *in, struct p9_writer *out);

p9_handler p9_attach, p9_walk, p9_create, p9_make_directory, p9_symlink, p9_link, p9_make_node,
	p9_rename, p9_unlink, p9_read_link;
p9_handler p9_open, p9_read, p9_write, p9_read_directory, p9_sync, p9_lock, p9_get_lock;
p9_handler p9_get_attributes, p9_set_attributes, p9_file_system;

#endif
