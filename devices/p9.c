// SPDX-License-Identifier: MIT
/* From a message to its answer. */
#define _GNU_SOURCE
#include "p9.h"

#include "p9_keep.h"
#include "p9_wire.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define ERROR_SIZE (P9_HEADER + 4U)

int p9_init(struct p9 *p, int root, int self, struct p9_keep *keep)
{
	*p = (struct p9){ .root = root, .self = self, .msize = P9_MSIZE_MIN };
	return p9_fids_init(&p->fids, keep);
}

struct p9_fid *p9_get_fid(struct p9 *p, struct p9_reader *in)
{
	struct p9_fid *f = p9_fid_find(&p->fids, p9_get(in, 4));

	return !f || f->path >= 0 || !p9_resume_open(p, f) ? f : NULL;
}

const struct p9_keep_slot *p9_keep_of(const struct p9 *p, const struct p9_fid *f)
{
	return &p->fids.keep->slot[p9_fid_index(&p->fids, f)];
}

struct p9_name p9_self_name(int fd)
{
	struct p9_name n;

	snprintf(n.text, sizeof(n.text), "%d", fd);
	return n;
}

int p9_reopen(const struct p9 *p, int path, int flags)
{
	struct stat st;
	int fd;

	if (fstat(path, &st) < 0)
		return -errno;
	if (!S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode))
		return -EACCES;
	fd = openat(p->self, p9_self_name(path).text, flags | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

/* A new session: whatever the client knew is gone. */
static int version(struct p9 *p, struct p9_reader *in, struct p9_writer *out)
{
	uint32_t msize = p9_get(in, 4);
	char text[32];

	p9_get_text(in, text, sizeof(text));
	if (in->bad || msize < P9_MSIZE_MIN)
		return -EINVAL;
	p9_fids_clear(&p->fids);
	p->msize = msize < P9_MSIZE_MAX ? msize : P9_MSIZE_MAX;
	p->fids.keep->msize = p->msize;
	p9_put(out, 4, p->msize);
	p9_put_text(out, strcmp(text, P9_VERSION) ? "unknown" : P9_VERSION);
	return 0;
}

/* Messages are answered one by one, so there is nothing that could be given up. */
static int flush(struct p9 *p, struct p9_reader *in, struct p9_writer *out)
{
	(void)p, (void)in, (void)out;
	return 0;
}

static int clunk(struct p9 *p, struct p9_reader *in, struct p9_writer *out)
{
	struct p9_fid *f = p9_fid_find(&p->fids, p9_get(in, 4));

	(void)out;
	if (!f)
		return -ESTALE;
	p9_fid_drop(&p->fids, f);
	return 0;
}

/* Who asks has Tunlinkat; the fid goes in any case. */
static int remove_fid(struct p9 *p, struct p9_reader *in, struct p9_writer *out)
{
	int e = clunk(p, in, out);

	return e ? e : -EOPNOTSUPP;
}

static const struct {
	p9_handler *handler;
	bool changes; /* the directory: not when it is read-only */
} handlers[P9_TYPES] = {
	[P9_TVERSION] = { version, false },
	[P9_TFLUSH] = { flush, false },
	[P9_TCLUNK] = { clunk, false },
	[P9_TREMOVE] = { remove_fid, false },
	[P9_TATTACH] = { p9_attach, false },
	[P9_TWALK] = { p9_walk, false },
	[P9_TREADLINK] = { p9_read_link, false },
	[P9_TLCREATE] = { p9_create, true },
	[P9_TMKDIR] = { p9_make_directory, true },
	[P9_TSYMLINK] = { p9_symlink, true },
	[P9_TLINK] = { p9_link, true },
	[P9_TMKNOD] = { p9_make_node, true },
	[P9_TRENAMEAT] = { p9_rename, true },
	[P9_TUNLINKAT] = { p9_unlink, true },
	[P9_TLOPEN] = { p9_open, false },
	[P9_TREAD] = { p9_read, false },
	[P9_TWRITE] = { p9_write, true },
	[P9_TREADDIR] = { p9_read_directory, false },
	[P9_TFSYNC] = { p9_sync, false },
	[P9_TLOCK] = { p9_lock, false },
	[P9_TGETLOCK] = { p9_get_lock, false },
	[P9_TGETATTR] = { p9_get_attributes, false },
	[P9_TSETATTR] = { p9_set_attributes, true },
	[P9_TSTATFS] = { p9_file_system, false },
};

static int handle(struct p9 *p, unsigned type, struct p9_reader *in, struct p9_writer *out)
{
	int e;

	if (!p->resumed)
		p9_resume(p);
	if (type >= P9_TYPES || !handlers[type].handler)
		return -EOPNOTSUPP;
	if (p->read_only && handlers[type].changes)
		return -EROFS;
	p9_keep_begin(p->fids.keep, p->position, handlers[type].changes && type != P9_TWRITE);
	e = handlers[type].handler(p, in, out);
	if (p->again)
		p9_resume_open_all(p);
	if (!e && in->bad)
		e = -EINVAL;
	return !e && out->full ? -EMSGSIZE : e;
}

/* false: it is no message. Its type and tag, and where its arguments are. */
static bool open_message(struct p9_reader *in, const uint8_t *message, size_t len, uint32_t *type,
			 uint32_t *tag)
{
	uint32_t stated;

	*in = (struct p9_reader){ message, message + len, false };
	stated = p9_get(in, 4);
	*type = p9_get(in, 1);
	*tag = p9_get(in, 2);
	if (in->bad || stated < P9_HEADER || stated > len)
		return false;
	in->end = message + stated;
	return true;
}

/* Puts the header before what has been written; with @e, negative, that takes its place. */
static size_t close_answer(struct p9_writer *out, uint32_t type, uint32_t tag, int e)
{
	uint8_t *end;

	if (e) {
		out->at = out->start + P9_HEADER;
		p9_put(out, 4, -e);
	}
	end = out->at;
	out->at = out->start;
	p9_put(out, 4, end - out->start);
	p9_put(out, 1, e ? P9_RLERROR : type + 1);
	p9_put(out, 2, tag);
	return end - out->start;
}

size_t p9_answer(struct p9 *p, const void *message, size_t len, void *answer, size_t room)
{
	struct p9_writer out = { answer, (uint8_t *)answer + P9_HEADER, (uint8_t *)answer + room,
				 false };
	struct p9_reader in;
	uint32_t type, tag;

	if (!open_message(&in, message, len, &type, &tag) || room < ERROR_SIZE)
		return 0;
	return close_answer(&out, type, tag, handle(p, type, &in, &out));
}

size_t p9_refuse(const void *message, size_t len, void *answer, size_t room, int error)
{
	struct p9_writer out = { answer, answer, (uint8_t *)answer + room, false };
	struct p9_reader in;
	uint32_t type, tag;

	if (!open_message(&in, message, len, &type, &tag) || room < ERROR_SIZE)
		return 0;
	return close_answer(&out, type, tag, -error);
}
