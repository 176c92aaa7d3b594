// SPDX-License-Identifier: MIT
/* Names: finding, making, moving and removing them. */
#define _GNU_SOURCE
#include "p9.h"
#include "p9_keep.h"
#include "p9_wire.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define PERMISSIONS 0777U
#define CONFINED (RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_XDEV)

/* One component. 0 or negative errno. */
static int get_name(struct p9_reader *in, char name[NAME_MAX + 1])
{
	p9_get_text(in, name, NAME_MAX + 1);
	if (in->bad || !*name || strchr(name, '/') || !strcmp(name, "."))
		return -EINVAL;
	return strcmp(name, "..") ? 0 : -EACCES;
}

int p9_open_in(int dir, const char *name, uint64_t flags, unsigned mode)
{
	struct open_how how = { flags | O_NOFOLLOW | O_CLOEXEC, mode, CONFINED };
	int fd = syscall(__NR_openat2, dir, name, &how, sizeof(how));

	return fd < 0 ? -errno : fd;
}

/* What stands at @name now, for the answer. */
static int put_new(struct p9_writer *out, int dir, const char *name)
{
	struct stat st;

	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return -errno;
	p9_put_qid(out, &st);
	return 0;
}

static int copy_of(int fd)
{
	int copy = fcntl(fd, F_DUPFD_CLOEXEC, 0);

	return copy < 0 ? -errno : copy;
}

/* The new fid @number for @path, which is at @at; it is closed if there cannot be one. */
static int add(struct p9 *p, uint32_t number, int path, const struct p9_keep_slot *at)
{
	if (path < 0)
		return path;
	if (p9_fid_add(&p->fids, number, path, at))
		return 0;
	close(path);
	return p9_fid_find(&p->fids, number) ? -EBADF : -ENFILE;
}

int p9_attach(struct p9 *p, struct p9_reader *in, struct p9_writer *out)
{
	uint32_t number = p9_get(in, 4), authentication = p9_get(in, 4);
	struct p9_keep_slot at = { .fid.flags = P9_KEEP_KNOWN };
	struct stat st;

	if (in->bad || authentication != P9_NO_FID)
		return -EINVAL;
	if (fstat(p->root, &st) < 0)
		return -errno;
	p9_put_qid(out, &st);
	p9_keep_identify(&at, &st);
	return add(p, number, copy_of(p->root), &at);
}

/* From @path, which is closed, to @name in it; so does @at. */
static int step(int path, const char *name, struct p9_keep_slot *at, struct p9_writer *out)
{
	int next = p9_open_in(path, name, O_PATH, 0);
	struct stat st;

	close(path);
	if (next < 0)
		return next;
	if (fstat(next, &st) < 0) {
		close(next);
		return -EIO;
	}
	p9_put_qid(out, &st);
	p9_keep_step(at, name);
	p9_keep_identify(at, &st);
	return next;
}

/* Names that lead as far as they do; the new fid is there only if that is all the way. */
int p9_walk(struct p9 *p, struct p9_reader *in, struct p9_writer *out)
{
	struct p9_fid *from = p9_get_fid(p, in);
	uint32_t number = p9_get(in, 4);
	unsigned names = p9_get(in, 2), done = 0;
	uint8_t *count = out->at;
	struct p9_keep_slot at;
	char name[NAME_MAX + 1];
	int path, e;

	if (in->bad || names > P9_WALK_MAX)
		return -EINVAL;
	if (!from)
		return -ESTALE;
	p9_put(out, 2, 0);
	p9_keep_copy(&at, p9_keep_of(p, from));
	path = copy_of(from->path);
	for (; done < names && path >= 0; done++) {
		e = get_name(in, name);
		if (e) {
			close(path);
			path = e;
		} else {
			path = step(path, name, &at, out);
		}
	}
	if (path < 0 && done <= 1)
		return path;
	if (path < 0)
		done--;
	memcpy(count, &(uint16_t){ done }, 2);
	if (path < 0)
		return 0;
	if (number != from->number)
		return add(p, number, path, &at);
	p9_fid_change(&p->fids, from, path, -1, &at);
	return 0;
}

/* A file that may be there already: not when it is a device, nor through a link. */
static int create(struct p9 *p, int dir, const char *name, unsigned flags, unsigned mode)
{
	int kept = flags & (P9_OPEN_KEPT | P9_OPEN_TRUNC);
	int fd = p9_open_in(dir, name, kept | O_CREAT | O_EXCL, mode & PERMISSIONS), path;

	if (fd != -EEXIST || (flags & P9_OPEN_EXCL && !p9_was_done(p, fd, dir, name)))
		return fd;
	path = p9_open_in(dir, name, O_PATH, 0);
	if (path < 0)
		return path;
	fd = p9_reopen(p, path, kept | O_NONBLOCK);
	close(path);
	return fd;
}

/* The fid of the directory becomes that of the file, open. */
int p9_create(struct p9 *p, struct p9_reader *in, struct p9_writer *out)
{
	struct p9_fid *f = p9_get_fid(p, in);
	char name[NAME_MAX + 1];
	int e = get_name(in, name), file, path;
	unsigned flags = p9_get(in, 4), mode = p9_get(in, 4);
	struct p9_keep_slot at;
	struct stat st;

	if (e || in->bad || !f || f->file >= 0)
		return e ? e : in->bad ? -EINVAL : f ? -EBADF : -ESTALE;
	file = create(p, f->path, name, flags, mode);
	if (file < 0)
		return file;
	path = openat(p->self, p9_self_name(file).text, O_PATH | O_CLOEXEC);
	if (path < 0 || fstat(file, &st) < 0) {
		e = -errno;
		close(file);
		if (path >= 0)
			close(path);
		return e;
	}
	p9_keep_copy(&at, p9_keep_of(p, f));
	p9_keep_step(&at, name);
	p9_keep_identify(&at, &st);
	p9_fid_change(&p->fids, f, path, file, &at);
	p9_keep_opened(p->fids.keep, p9_fid_index(&p->fids, f), flags & P9_OPEN_KEPT);
	f->directory = S_ISDIR(st.st_mode);
	p9_put_qid(out, &st);
	p9_put(out, 4, 0);
	return 0;
}

int p9_make_directory(struct p9 *p, struct p9_reader *in, struct p9_writer *out)
{
	struct p9_fid *dir = p9_get_fid(p, in);
	char name[NAME_MAX + 1];
	int e = get_name(in, name);
	unsigned mode = p9_get(in, 4);

	if (e || in->bad || !dir)
		return e ? e : in->bad ? -EINVAL : -ESTALE;
	if (mkdirat(dir->path, name, mode & PERMISSIONS) < 0 &&
	    !p9_was_done(p, -errno, dir->path, name))
		return -errno;
	return put_new(out, dir->path, name);
}

int p9_symlink(struct p9 *p, struct p9_reader *in, struct p9_writer *out)
{
	struct p9_fid *dir = p9_get_fid(p, in);
	char name[NAME_MAX + 1], target[PATH_MAX];
	int e = get_name(in, name);

	p9_get_text(in, target, sizeof(target));
	if (e || in->bad || !dir)
		return e ? e : in->bad ? -EINVAL : -ESTALE;
	if (symlinkat(target, dir->path, name) < 0 && !p9_was_done(p, -errno, dir->path, name))
		return -errno;
	return put_new(out, dir->path, name);
}

/* A plain file, which is made without a fid; devices, pipes and sockets are not made. */
int p9_make_node(struct p9 *p, struct p9_reader *in, struct p9_writer *out)
{
	struct p9_fid *dir = p9_get_fid(p, in);
	char name[NAME_MAX + 1];
	int e = get_name(in, name), fd;
	unsigned mode = p9_get(in, 4);

	if (e || in->bad || !dir)
		return e ? e : in->bad ? -EINVAL : -ESTALE;
	if (!S_ISREG(mode))
		return -EPERM;
	fd = p9_open_in(dir->path, name, O_CREAT | O_EXCL | O_WRONLY, mode & PERMISSIONS);
	if (fd < 0 && !p9_was_done(p, fd, dir->path, name))
		return fd;
	if (fd >= 0)
		close(fd);
	return put_new(out, dir->path, name);
}

int p9_link(struct p9 *p, struct p9_reader *in, struct p9_writer *out)
{
	struct p9_fid *dir = p9_get_fid(p, in), *f = p9_get_fid(p, in);
	char name[NAME_MAX + 1];
	int e = get_name(in, name);

	(void)out;
	if (e || !dir || !f)
		return e ? e : -ESTALE;
	if (linkat(p->self, p9_self_name(f->path).text, dir->path, name, AT_SYMLINK_FOLLOW) < 0 &&
	    !p9_was_done(p, -errno, dir->path, name))
		return -errno;
	return 0;
}

int p9_rename(struct p9 *p, struct p9_reader *in, struct p9_writer *out)
{
	char name[NAME_MAX + 1], new_name[NAME_MAX + 1];
	struct p9_fid *dir = p9_get_fid(p, in), *new_dir;
	int e = get_name(in, name);

	(void)out;
	new_dir = p9_get_fid(p, in);
	if (!e)
		e = get_name(in, new_name);
	if (e || !dir || !new_dir)
		return e ? e : -ESTALE;
	if (renameat(dir->path, name, new_dir->path, new_name) < 0 &&
	    !(errno == ENOENT && p9_was_done(p, -ENOENT, new_dir->path, new_name)))
		return -errno;
	p9_keep_moved(p->fids.keep, p9_fid_index(&p->fids, dir), name,
		      p9_fid_index(&p->fids, new_dir), new_name, p->again);
	return 0;
}

int p9_unlink(struct p9 *p, struct p9_reader *in, struct p9_writer *out)
{
	struct p9_fid *dir = p9_get_fid(p, in);
	char name[NAME_MAX + 1];
	int e = get_name(in, name);
	bool directory = p9_get(in, 4) & P9_UNLINK_DIRECTORY;

	(void)out;
	if (e || in->bad || !dir)
		return e ? e : in->bad ? -EINVAL : -ESTALE;
	if (unlinkat(dir->path, name, directory ? AT_REMOVEDIR : 0) < 0 &&
	    !p9_was_done(p, -errno, dir->path, NULL))
		return -errno;
	p9_keep_removed(p->fids.keep, p9_fid_index(&p->fids, dir), name);
	return 0;
}

int p9_read_link(struct p9 *p, struct p9_reader *in, struct p9_writer *out)
{
	struct p9_fid *f = p9_get_fid(p, in);
	char target[PATH_MAX];
	ssize_t n;

	if (!f)
		return -ESTALE;
	n = readlinkat(f->path, "", target, sizeof(target) - 1);
	if (n < 0)
		return errno == ENOENT ? -EINVAL : -errno;
	target[n] = 0;
	p9_put_text(out, target);
	return 0;
}
