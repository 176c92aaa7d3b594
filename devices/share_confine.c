// SPDX-License-Identifier: MIT
/*
 * The cage: Landlock leaves one directory of the host's files, without programs to start and
 * devices to make, and seccomp the calls that work on it. Hosts without Landlock leave it at the
 * latter, and at what p9.h says about names.
 */
#define _GNU_SOURCE
#include "confine.h"
#include "share.h"

#include <fcntl.h>
#include <linux/landlock.h>
#include <sys/syscall.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

#define READING (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)
#define WRITING \
	(LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR | \
	 LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_DIR | \
	 LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_SYM)
#define NEVER \
	(LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_MAKE_CHAR | \
	 LANDLOCK_ACCESS_FS_MAKE_BLOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO | \
	 LANDLOCK_ACCESS_FS_MAKE_SOCK)
#define REFER (1ULL << 13) /* to move from directory to directory; of the second version on */
#define REFER_VERSION 2

static const struct sock_filter rules[] = {
	CALL(__NR_openat2),
	CALL_ON(__NR_openat, SHARE_FD_SELF),
	CALL(__NR_close),
	CALL_IF(__NR_fcntl, 1, F_DUPFD_CLOEXEC),
	CALL(__NR_fstat),
	CALL(__NR_newfstatat),
	CALL(__NR_fstatfs),
	CALL(__NR_mkdirat),
	CALL(__NR_symlinkat),
	CALL(__NR_linkat),
	CALL(__NR_unlinkat),
	CALL(__NR_renameat),
	CALL(__NR_readlinkat),
	CALL_ON(__NR_fchmodat, SHARE_FD_SELF),
	CALL_ON(__NR_utimensat, SHARE_FD_SELF),
	CALL_NOT_ON(__NR_pread64, DEVICE_FD_RAM),
	CALL_NOT_ON(__NR_pwrite64, DEVICE_FD_RAM),
	CALL_NOT_ON(__NR_ftruncate, DEVICE_FD_RAM),
	CALL(__NR_getdents64),
	CALL(__NR_lseek),
	CALL(__NR_fsync),
	CALL(__NR_fdatasync),
};

int share_confine(int root, bool read_only)
{
	uint64_t moving = confine_files_version() >= REFER_VERSION ? REFER : 0;
	int e = confine_files(READING | WRITING | NEVER | moving, root,
			      READING | (read_only ? 0 : WRITING | moving));

	return e ? e : confine(rules, COUNT(rules));
}
