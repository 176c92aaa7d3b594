// SPDX-License-Identifier: MIT
/* Disks of the command line. */
#define _GNU_SOURCE
#include "disk.h"

#include "../devices/disk.h"
#include "../devices/overlay_format.h"
#include "../ux-kernel/host/report.h"
#include "../ux-kernel/snapshot/disks.h"
#include "cli.h"
#include "image/image.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SECTOR 512
#define SUPERBLOCK 1024 /* of ext4: where it is, and in it the magic number and the label */
#define SUPERBLOCK_MAGIC (SUPERBLOCK + 0x38)
#define SUPERBLOCK_LABEL (SUPERBLOCK + 0x78)
#define EXT4_MAGIC 0xef53U
#define LABEL_SIZE 16
#define SIZE_MAX_BYTES (1ULL << 46) /* 64 TiB: the map of an overlay is in memory */

struct request {
	char *file, *overlay;
	bool read_only, scratch;
};

static bool parse(struct request *r, char *words)
{
	char *word;

	r->file = strsep(&words, ",");
	while ((word = strsep(&words, ","))) {
		if (!strcmp(word, "ro"))
			r->read_only = true;
		else if (!strcmp(word, "scratch"))
			r->scratch = true;
		else if (!strncmp(word, "cow=", 4) && word[4])
			r->overlay = word + 4;
		else
			return false;
	}
	return *r->file && r->read_only + r->scratch + !!r->overlay <= 1;
}

/*
 * A lock of the open file, which the device process inherits: it is held as long as one of the two
 * lives. Many may read a file at a time, one may write.
 */
static int lock(int fd, const char *path, bool write)
{
	struct flock l = { .l_type = write ? F_WRLCK : F_RDLCK, .l_whence = SEEK_SET };

	if (fcntl(fd, F_OFD_SETLK, &l) == 0)
		return 0;
	if (errno == EAGAIN || errno == EACCES)
		report_error("the disk %s is in use%s; end the other l4ux, or use ro, cow= or "
			     "scratch in both",
			     path, write ? "" : " and may change");
	else
		report_error("cannot lock the disk %s: %s", path, report_errno(errno));
	return -1;
}

static int open_locked(const char *path, bool write, int create)
{
	int fd = open(path, (write ? O_RDWR : O_RDONLY) | create | O_CLOEXEC | O_NONBLOCK, 0666);
	struct stat st;

	if (fd < 0) {
		report_error("cannot open the disk %s: %s%s", path, report_errno(errno),
			     errno == EACCES || errno == EROFS ? "; ro or scratch may do" : "");
		return -1;
	}
	if (fstat(fd, &st) < 0 || !(S_ISREG(st.st_mode) || S_ISBLK(st.st_mode))) {
		report_error("cannot use %s as a disk: it is no file and no block device", path);
	} else if (!lock(fd, path, write)) {
		return fd;
	}
	close(fd);
	return -1;
}

/* Size of a disk; 0 after a report. */
static uint64_t disk_size(int fd, const char *path)
{
	off_t size = lseek(fd, 0, SEEK_END);

	if (size > 0 && size % SECTOR == 0 && (uint64_t)size <= SIZE_MAX_BYTES)
		return size;
	report_error("cannot use %s as a disk: its size is %lld bytes, not a multiple of %d; "
		     "truncate -s makes it one",
		     path, (long long)size, SECTOR);
	return 0;
}

/* Modification time in nanoseconds. */
static uint64_t file_changed(int fd)
{
	struct stat st = { 0 };

	fstat(fd, &st);
	return st.st_mtim.tv_sec * 1000000000ULL + st.st_mtim.tv_nsec;
}

static int overlay_make(int fd, const struct overlay_header *h)
{
	if (ftruncate(fd, h->data_offset + h->size) < 0 || fdatasync(fd) < 0 ||
	    pwrite(fd, h, sizeof(*h), 0) != sizeof(*h) || fdatasync(fd) < 0)
		return -errno;
	return 0;
}

/* Opens or makes the overlay of @base; its descriptor, or -1 after a report. */
static int overlay_open_file(const struct request *r, int base, uint64_t size)
{
	struct overlay_header want = { .magic = OVERLAY_MAGIC, .size = size }, have;
	int fd = open_locked(r->overlay, true, O_CREAT), e = 0;

	if (fd < 0)
		return -1;
	want.base_changed = file_changed(base);
	want.data_offset = OVERLAY_MAP_OFFSET + overlay_map_bytes(size);
	if (lseek(fd, 0, SEEK_END) == 0) {
		e = overlay_make(fd, &want);
		if (!e)
			return fd;
		report_error("cannot make the overlay %s: %s", r->overlay, report_errno(-e));
	} else if (pread(fd, &have, sizeof(have), 0) != sizeof(have) ||
		   memcmp(have.magic, want.magic, sizeof(have.magic)) != 0) {
		report_error("%s is not an overlay; name another file, or one that does not exist",
			     r->overlay);
	} else if (have.size != size || have.base_changed != want.base_changed) {
		report_error("%s has changed since the overlay %s was made for it, they do not fit "
			     "any more; delete the overlay",
			     r->file, r->overlay);
	} else {
		return fd;
	}
	close(fd);
	return -1;
}

bool disk_has_system(const struct device_plan *plan)
{
	char label[LABEL_SIZE + 1] = "";
	uint16_t magic = 0;

	return pread(plan->fd[0], &magic, sizeof(magic), SUPERBLOCK_MAGIC) == sizeof(magic) &&
	       magic == EXT4_MAGIC &&
	       pread(plan->fd[0], label, LABEL_SIZE, SUPERBLOCK_LABEL) == LABEL_SIZE &&
	       !strcmp(label, IMAGE_LABEL);
}

int disk_add(struct device_plan *plan, char *option, unsigned index)
{
	struct request r = { 0 };
	uint64_t size;

	if (!parse(&r, option))
		return usage_error(
			"--disk=%s...: write FILE, FILE,ro, FILE,scratch or FILE,cow=OVERLAY",
			option);
	*plan = (struct device_plan){
		.program = data_path("block-device"),
		.name = r.file,
		.kind = "disk",
		.label = { 'v', 'd', (char)('a' + index) },
		.loss = "nothing is lost",
	};
	if (!plan->program)
		return EXIT_CANNOT_START;
	plan->flags = (r.read_only ? DISK_READ_ONLY : 0) | (r.overlay ? DISK_OVERLAY : 0) |
		      (r.scratch ? DISK_SCRATCH : 0);
	plan->fd[0] = open_locked(r.file, !plan->flags, 0);
	plan->fds = 1;
	if (plan->fd[0] < 0)
		return EXIT_CANNOT_START;
	size = disk_size(plan->fd[0], r.file);
	if (!size)
		return EXIT_CANNOT_START;
	if (r.scratch)
		plan->keep = overlay_keep_bytes(size) + size;
	plan->can_save = plan->flags;
	plan->can_return = r.read_only || r.scratch;
	if (!r.overlay)
		return 0;
	plan->fd[plan->fds++] = overlay_open_file(&r, plan->fd[0], size);
	plan->keep = overlay_keep_bytes(size);
	return plan->fd[1] < 0 ? EXIT_CANNOT_START : 0;
}

int disk_restore(struct device_plan *plan, struct snapshot *s, const struct snapshot_device *saved,
		 const char *path, unsigned index)
{
	struct snapshot_disk d;
	int e;

	if (!disks_next(s, saved, &d) || d.size > SIZE_MAX_BYTES) {
		snapshot_refuse(s, "what it holds makes no sense");
		return EXIT_CANNOT_START;
	}
	*plan = (struct device_plan){
		.program = data_path("block-device"),
		.name = path,
		.kind = "disk",
		.label = { 'v', 'd', (char)('a' + index) },
		.flags = saved->flags & DISK_READ_ONLY ?: DISK_SCRATCH,
		.fd = { open_locked(path, false, 0) },
		.fds = 1,
		.can_save = true,
		.can_return = true,
		.loss = "nothing is lost",
	};
	if (!plan->program || plan->fd[0] < 0)
		return EXIT_CANNOT_START;
	if (disk_size(plan->fd[0], path) != d.size || file_changed(plan->fd[0]) != d.base_changed) {
		report_error("cannot restore the snapshot %s: its disk %s has changed since; write "
			     "the snapshot again",
			     s->path, path);
		return EXIT_CANNOT_START;
	}
	if (plan->flags & DISK_READ_ONLY)
		return 0;
	plan->keep = overlay_keep_bytes(d.size) + d.size;
	plan->kept = device_keep_file(plan->keep);
	e = plan->kept < 0 ? plan->kept : disks_fill(s, &d, plan->kept);
	if (!e)
		return 0;
	snapshot_refuse(s, e == -EINVAL ? "what it holds makes no sense" : report_errno(-e));
	return EXIT_CANNOT_START;
}
