// SPDX-License-Identifier: MIT
/*
 * The cage of the window's process. SDL and what it loads (input methods, cursors, shared memory of
 * the display server) open files and talk to services, so this is a list of what nobody needs any
 * more once the window is open, not of what is allowed: starting programs, looking into other
 * processes, changing the system.
 */
#define _GNU_SOURCE
#include "front.h"

#include "../devices/confine.h"

#include <errno.h>
#include <linux/audit.h>
#include <sys/prctl.h>
#include <unistd.h>

#define DENY(nr) IF(nr, 0, 1), BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM)
#define X32_BIT 0x40000000U

int front_confine(void)
{
	struct sock_filter filter[] = {
		LOAD(OFFSET(arch)),
		IF(AUDIT_ARCH_X86_64, 1, 0),
		KILL,
		LOAD(OFFSET(nr)),
		IF_LEAST(X32_BIT, 0, 1),
		KILL,
		DENY(__NR_execve),
		DENY(__NR_execveat),
		DENY(__NR_fork),
		DENY(__NR_vfork),
		DENY(__NR_ptrace),
		DENY(__NR_process_vm_readv),
		DENY(__NR_process_vm_writev),
		DENY(__NR_pidfd_getfd),
		DENY(__NR_kill),
		DENY(__NR_mount),
		DENY(__NR_umount2),
		DENY(__NR_pivot_root),
		DENY(__NR_chroot),
		DENY(__NR_unshare),
		DENY(__NR_setns),
		DENY(__NR_bpf),
		DENY(__NR_perf_event_open),
		DENY(__NR_userfaultfd),
		DENY(__NR_keyctl),
		DENY(__NR_io_uring_setup),
		DENY(__NR_bind),
		DENY(__NR_listen),
		DENY(__NR_unlink),
		DENY(__NR_unlinkat),
		DENY(__NR_rename),
		DENY(__NR_renameat),
		DENY(__NR_renameat2),
		ALLOW,
	};
	const struct sock_fprog program = { sizeof(filter) / sizeof(filter[0]), filter };

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
	    syscall(__NR_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &program) !=
		    0)
		return -errno;
	return 0;
}
