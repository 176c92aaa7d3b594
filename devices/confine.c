// SPDX-License-Identifier: MIT
/*
 * Landlock for files, and a seccomp filter. Guest memory can be mapped (the window is full of it
 * anyway) but not read or written as a file; files can be read and written but not opened; nothing
 * can be sent anywhere but to the kernel process.
 */
#include "confine.h"

#include "device_wire.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/landlock.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* Behind what a device adds. */
static const struct sock_filter common[] = {
	CALL(__NR_poll),
	CALL_ON(__NR_recvfrom, DEVICE_FD_CONTROL),
	CALL_ON(__NR_sendto, DEVICE_FD_CONTROL),
	CALL_ON(__NR_read, DEVICE_FD_BELL),
	CALL(__NR_exit_group),
	CALL(__NR_restart_syscall),
	CALL(__NR_clock_gettime),
	/* write: the IRQ pipe, and messages */
	IF(__NR_write, 0, 5),
	ARG(0),
	IF(DEVICE_FD_IRQ, 1, 0),
	IF(STDERR_FILENO, 0, 1),
	ALLOW,
	KILL,
	/* mmap: never executable, only guest memory or nothing */
	IF(__NR_mmap, 0, 9),
	ARG(2),
	IF_ANY(PROT_EXEC, 5, 0),
	ARG(3),
	IF_ANY(MAP_FIXED, 0, 3),
	ARG(4),
	IF(DEVICE_FD_RAM, 2, 0),
	IF(0xffffffffU, 1, 0),
	KILL,
	ALLOW,
	KILL,
};

int confine_files_version(void)
{
	return syscall(__NR_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
}

int confine_files(uint64_t handled, int fd, uint64_t allowed)
{
	const struct landlock_ruleset_attr attr = { .handled_access_fs = handled };
	const struct landlock_path_beneath_attr below = { .allowed_access = allowed,
							  .parent_fd = fd };
	int set, e = 0;

	if (confine_files_version() < 1)
		return 0;
	set = syscall(__NR_landlock_create_ruleset, &attr, sizeof(attr), 0);
	if (set < 0)
		return -errno;
	if ((fd >= 0 &&
	     syscall(__NR_landlock_add_rule, set, LANDLOCK_RULE_PATH_BENEATH, &below, 0) < 0) ||
	    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
	    syscall(__NR_landlock_restrict_self, set, 0) < 0)
		e = -errno;
	close(set);
	return e;
}

int confine(const struct sock_filter *own, unsigned n)
{
	struct sock_filter filter[CONFINE_RULES_MAX + 4 + COUNT(common)] = {
		LOAD(OFFSET(arch)),
		IF(AUDIT_ARCH_X86_64, 1, 0),
		KILL,
		LOAD(OFFSET(nr)),
	};
	const struct sock_fprog program = { 4 + n + COUNT(common), filter };

	if (n > CONFINE_RULES_MAX)
		return -E2BIG;
	memcpy(filter + 4, own, n * sizeof(own[0]));
	memcpy(filter + 4 + n, common, sizeof(common));
#ifdef __SANITIZE_ADDRESS__
	(void)program;
	return 0; /* the sanitizer's runtime needs calls of its own */
#else
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) < 0)
		return -errno;
	return 0;
#endif
}
