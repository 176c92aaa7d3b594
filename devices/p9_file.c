// SPDX-License-Identifier: MIT
/* Contents: of files, and of directories. */
#define _GNU_SOURCE
#include "p9.h"
#include "p9_keep.h"
#include "p9_wire.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define ENTRIES 16384U /* bytes of directory the host gives at once */

/* An entry as the host has it. */
struct entry {
	uint64_t ino;
	int64_t off; /* where the next one begins */
	unsigned short len;
	unsigned char type;
	char name[];
};

/* What is open; NULL with the reason in *@e. */
static struct p9_fid *get_open(struct p9 *p, struct p9_reader *in, bool directory, int *e)
{
	struct p9_fid *f = p9_get_fid(p, in);

	*e = !f                          ? -ESTALE
	     : f->file < 0               ? -EBADF
	     : f->directory != directory ? (directory ? -ENOTDIR : -EISDIR)
					 : 0;
	return *e ? NULL : f;
}

int p9_open(struct p9 *p, struct p9_reader *in, struct p9_writer *out)
{
	struct p9_fid *f = p9_get_fid(p, in);
	unsigned flags = p9_get(in, 4);
	struct stat st;
	int fd;

	if (in->bad || !f || f->file >= 0)
		return in->bad ? -EINVAL : f ? -EBADF : -ESTALE;
	flags &= P9_OPEN_KEPT | P9_OPEN_TRUNC;
	if (p->read_only && flags & (P9_OPEN_ACCESS | P9_OPEN_TRUNC))
		return -EROFS;
	if (fstat(f->path, &st) < 0)
		return -errno;
	fd = p9_reopen(p, f->path, flags | O_NONBLOCK);
	if (fd < 0)
		return fd;
	f->file = fd;
	f->directory = S_ISDIR(st.st_mode);
	p9_keep_opened(p->fids.keep, p9_fid_index(&p->fids, f), flags & P9_OPEN_KEPT);
	p9_put_qid(out, &st);
	p9_put(out, 4, 0); /* how much to transfer at a time: the client's business */
	return 0;
}

/* As many bytes as are wanted, there is room for, and a message may have. */
static size_t at_most(const struct p9 *p, const struct p9_writer *out, size_t count)
{
	size_t room = p9_room(out), message = p->msize - P9_HEADER - 4;

	room = room < message ? room : message;
	return count < room ? count : room;
}

int p9_read(struct p9 *p, struct p9_reader *in, struct p9_writer *out)
{
	int e;
	struct p9_fid *f = get_open(p, in, false, &e);
	uint64_t offset = p9_get(in, 8);
	size_t count = p9_get(in, 4);
	uint8_t *length = out->at;
	ssize_t n;

	if (e || in->bad)
		return e ? e : -EINVAL;
	p9_put(out, 4, 0);
	n = pread(f->file, out->at, at_most(p, out, count), offset);
	if (n < 0)
		return -errno;
	memcpy(length, &(uint32_t){ n }, 4);
	out->at += n;
	return 0;
}

int p9_write(struct p9 *p, struct p9_reader *in, struct p9_writer *out)
{
	int e;
	struct p9_fid *f = get_open(p, in, false, &e);
	uint64_t offset = p9_get(in, 8);
	size_t count = p9_get(in, 4);
	ssize_t n;

	if (e || in->bad || count > p9_left(in))
		return e ? e : -EINVAL;
	n = pwrite(f->file, in->at, count, offset);
	if (n < 0)
		return -errno;
	p9_put(out, 4, n);
	return 0;
}

/* false: it does not fit. */
static bool put_entry(struct p9_writer *out, const struct entry *d, const uint8_t *end)
{
	struct stat st = { .st_ino = d->ino, .st_mode = DTTOIF(d->type) };

	if ((size_t)(end - out->at) < P9_QID_SIZE + 8 + 1 + 2 + strlen(d->name))
		return false;
	p9_put_qid(out, &st);
	p9_put(out, 8, d->off);
	p9_put(out, 1, d->type);
	p9_put_text(out, d->name);
	return true;
}

int p9_read_directory(struct p9 *p, struct p9_reader *in, struct p9_writer *out)
{
	static _Alignas(struct entry) char host[ENTRIES];
	int e;
	struct p9_fid *f = get_open(p, in, true, &e);
	uint64_t offset = p9_get(in, 8);
	size_t count = p9_get(in, 4);
	uint8_t *length = out->at, *end;
	const struct entry *d;
	long n, at;

	if (e || in->bad)
		return e ? e : -EINVAL;
	p9_put(out, 4, 0);
	end = out->at + at_most(p, out, count);
	if (lseek(f->file, offset, SEEK_SET) < 0)
		return -errno;
	do {
		n = syscall(__NR_getdents64, f->file, host, sizeof(host));
		if (n < 0)
			return -errno;
		for (at = 0; at < n; at += d->len) {
			d = (const struct entry *)(host + at);
			if (!put_entry(out, d, end))
				break;
		}
	} while (n && at >= n);
	n = out->at - length - 4;
	memcpy(length, &(uint32_t){ n }, 4);
	return 0;
}

int p9_sync(struct p9 *p, struct p9_reader *in, struct p9_writer *out)
{
	struct p9_fid *f = p9_get_fid(p, in);
	bool data = p9_left(in) >= 4 && p9_get(in, 4);

	(void)out;
	if (!f || f->file < 0)
		return f ? -EBADF : -ESTALE;
	return (data ? fdatasync(f->file) : fsync(f->file)) < 0 ? -errno : 0;
}

/* The client's kernel keeps its own locks, and it is the only client: there is nobody to ask. */
int p9_lock(struct p9 *p, struct p9_reader *in, struct p9_writer *out)
{
	if (!p9_get_fid(p, in))
		return -ESTALE;
	p9_put(out, 1, P9_LOCK_SUCCESS);
	return 0;
}

int p9_get_lock(struct p9 *p, struct p9_reader *in, struct p9_writer *out)
{
	bool known = p9_get_fid(p, in);
	char client[256];

	p9_get(in, 1);
	p9_put(out, 1, P9_LOCK_NONE);
	p9_put(out, 8, p9_get(in, 8));
	p9_put(out, 8, p9_get(in, 8));
	p9_put(out, 4, p9_get(in, 4));
	p9_get_text(in, client, sizeof(client));
	p9_put_text(out, client);
	return known ? 0 : -ESTALE;
}
