// SPDX-License-Identifier: MIT
/* Attributes of files, and of the file system. */
#define _GNU_SOURCE
#include "p9.h"
#include "p9_wire.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/vfs.h>
#include <unistd.h>

#define PERMISSIONS 07777U
#define GIVES_RIGHTS (S_ISUID | S_ISGID)
#define UNCHANGED 0xffffffffU

static void put_time(struct p9_writer *out, const struct timespec *t)
{
	p9_put(out, 8, t->tv_sec);
	p9_put(out, 8, t->tv_nsec);
}

int p9_get_attributes(struct p9 *p, struct p9_reader *in, struct p9_writer *out)
{
	static const struct timespec none;
	struct p9_fid *f = p9_get_fid(p, in);
	struct stat st;

	if (!f)
		return -ESTALE;
	if (fstat(f->path, &st) < 0)
		return -errno;
	p9_put(out, 8, P9_GETATTR_BASIC);
	p9_put_qid(out, &st);
	p9_put(out, 4, st.st_mode);
	p9_put(out, 4, st.st_uid);
	p9_put(out, 4, st.st_gid);
	p9_put(out, 8, st.st_nlink);
	p9_put(out, 8, 0); /* the host's devices are not the client's */
	p9_put(out, 8, st.st_size);
	p9_put(out, 8, st.st_blksize);
	p9_put(out, 8, st.st_blocks);
	put_time(out, &st.st_atim);
	put_time(out, &st.st_mtim);
	put_time(out, &st.st_ctim);
	put_time(out, &none); /* birth */
	p9_put(out, 8, 0);    /* generation */
	p9_put(out, 8, 0);    /* version of the data */
	return 0;
}

struct change {
	uint32_t valid, mode, uid, gid;
	uint64_t size;
	struct timespec time[2]; /* access, modification */
};

static void get_time(struct p9_reader *in, struct timespec *t, bool change, bool given)
{
	t->tv_sec = p9_get(in, 8);
	t->tv_nsec = p9_get(in, 8);
	if (!change)
		t->tv_nsec = UTIME_OMIT;
	else if (!given)
		t->tv_nsec = UTIME_NOW;
}

/* Files belong to whoever runs us, and run with nobody's rights. */
static int check(const struct change *c, const struct stat *st)
{
	if ((c->valid & P9_SET_UID && c->uid != UNCHANGED && c->uid != st->st_uid) ||
	    (c->valid & P9_SET_GID && c->gid != UNCHANGED && c->gid != st->st_gid) ||
	    (c->valid & P9_SET_MODE && c->mode & ~st->st_mode & GIVES_RIGHTS))
		return -EPERM;
	return 0;
}

static int set_size(const struct p9 *p, const struct p9_fid *f, uint64_t size)
{
	int fd = p9_reopen(p, f->path, O_WRONLY | O_NONBLOCK), e = 0;

	if (fd < 0)
		return fd;
	if (ftruncate(fd, size) < 0)
		e = -errno;
	close(fd);
	return e;
}

int p9_set_attributes(struct p9 *p, struct p9_reader *in, struct p9_writer *out)
{
	struct p9_fid *f = p9_get_fid(p, in);
	struct change c = { .valid = p9_get(in, 4) };
	struct stat st;
	int e;

	(void)out;
	c.mode = p9_get(in, 4);
	c.uid = p9_get(in, 4);
	c.gid = p9_get(in, 4);
	c.size = p9_get(in, 8);
	get_time(in, &c.time[0], c.valid & P9_SET_ATIME, c.valid & P9_SET_ATIME_TO);
	get_time(in, &c.time[1], c.valid & P9_SET_MTIME, c.valid & P9_SET_MTIME_TO);
	if (in->bad || !f)
		return in->bad ? -EINVAL : -ESTALE;
	if (fstat(f->path, &st) < 0)
		return -errno;
	e = check(&c, &st);
	if (!e && c.valid & P9_SET_SIZE)
		e = set_size(p, f, c.size);
	if (!e && c.valid & P9_SET_MODE &&
	    fchmodat(p->self, p9_self_name(f->path).text, c.mode & PERMISSIONS, 0) < 0)
		e = -errno;
	if (!e && c.valid & (P9_SET_ATIME | P9_SET_MTIME) &&
	    utimensat(p->self, p9_self_name(f->path).text, c.time, 0) < 0)
		e = -errno;
	return e;
}

int p9_file_system(struct p9 *p, struct p9_reader *in, struct p9_writer *out)
{
	struct p9_fid *f = p9_get_fid(p, in);
	struct statfs s;

	if (!f)
		return -ESTALE;
	if (fstatfs(f->path, &s) < 0)
		return -errno;
	p9_put(out, 4, P9_STATFS_MAGIC);
	p9_put(out, 4, s.f_bsize);
	p9_put(out, 8, s.f_blocks);
	p9_put(out, 8, s.f_bfree);
	p9_put(out, 8, s.f_bavail);
	p9_put(out, 8, s.f_files);
	p9_put(out, 8, s.f_ffree);
	p9_put(out, 8, 0);
	p9_put(out, 4, s.f_namelen);
	return 0;
}
