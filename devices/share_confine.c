// SPDX-License-Identifier: MIT
/*
 * The cage: Landlock leaves one directory of the host's files, without programs to start and
 * devices to make, and seccomp the calls that work on it. Hosts without Landlock leave it at the
 * latter, and at what p9.h says about names.
 */
#define _GNU_SOURCE
#include "confine.h"
#include "share.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

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

static int confine_files(int root, bool read_only)
{
	int version = syscall(__NR_landlock_create_ruleset, NULL, 0,
			      LANDLOCK_CREATE_RULESET_VERSION);
	uint64_t moving = version >= REFER_VERSION ? REFER : 0;
	const struct landlock_ruleset_attr attr = {
		.handled_access_fs = READING | WRITING | NEVER | moving,
	};
	const struct landlock_path_beneath_attr here = {
		.allowed_access = READING | (read_only ? 0 : WRITING | moving),
		.parent_fd = root,
	};
	int set, e = 0;

	if (version < 1)
		return 0;
	set = syscall(__NR_landlock_create_ruleset, &attr, sizeof(attr), 0);
	if (set < 0)
		return -errno;
	if (syscall(__NR_landlock_add_rule, set, LANDLOCK_RULE_PATH_BENEATH, &here, 0) < 0 ||
	    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
	    syscall(__NR_landlock_restrict_self, set, 0) < 0)
		e = -errno;
	close(set);
	return e;
}

int share_confine(int root, bool read_only)
{
	int e = confine_files(root, read_only);

	return e ? e : confine(rules, COUNT(rules));
}
