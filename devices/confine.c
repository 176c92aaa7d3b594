// SPDX-License-Identifier: MIT
/*
 * A seccomp filter. Guest memory can be mapped (the window is full of it anyway) but not read or
 * written as a file; files can be read and written but not opened; nothing can be sent anywhere
 * but to the kernel process.
 */
#include "confine.h"

#include "device_wire.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#define OFFSET(field) (offsetof(struct seccomp_data, field))
#define LOAD(offset) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offset)
#define ARG(n) LOAD(OFFSET(args) + (n)*8) /* the lower half: descriptors and flags are ints */
#define ALLOW BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)
#define KILL BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS)
#define IF(value, then, otherwise) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, then, otherwise)
#define IF_LEAST(value, then, otherwise) BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, value, then, otherwise)

/* Allow this call; on this descriptor; on what the device works on. The accu holds the number. */
#define CALL(nr) IF(nr, 0, 1), ALLOW
#define CALL_ON(nr, fd) IF(nr, 0, 4), ARG(0), IF(fd, 0, 1), ALLOW, KILL
#define CALL_ON_OWN(nr) IF(nr, 0, 4), ARG(0), IF_LEAST(DEVICE_FD_OWN, 0, 1), ALLOW, KILL

int confine(void)
{
	struct sock_filter filter[] = {
		LOAD(OFFSET(arch)),
		IF(AUDIT_ARCH_X86_64, 1, 0),
		KILL,
		LOAD(OFFSET(nr)),
		CALL(__NR_poll),
		CALL_ON(__NR_recvfrom, DEVICE_FD_CONTROL),
		CALL_ON(__NR_sendto, DEVICE_FD_CONTROL),
		CALL_ON(__NR_read, DEVICE_FD_BELL),
		CALL_ON_OWN(__NR_preadv),
		CALL_ON_OWN(__NR_pwritev),
		CALL_ON_OWN(__NR_pread64),
		CALL_ON_OWN(__NR_pwrite64),
		CALL_ON_OWN(__NR_fdatasync),
		CALL_ON_OWN(__NR_fallocate),
		CALL(__NR_exit_group),
		CALL(__NR_restart_syscall),
		CALL(__NR_clock_gettime),
		/* write: the IRQ pipe, and messages */
		IF(__NR_write, 0, 5),
		ARG(0),
		IF(DEVICE_FD_IRQ, 1, 0),
		IF(2, 0, 1),
		ALLOW,
		KILL,
		/* mmap: never executable, only guest memory or nothing */
		IF(__NR_mmap, 0, 8),
		ARG(2),
		BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, PROT_EXEC, 5, 0),
		ARG(3),
		BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, MAP_FIXED, 0, 3),
		ARG(4),
		IF(DEVICE_FD_RAM, 2, 0),
		IF(0xffffffffU, 1, 0),
		KILL,
		ALLOW,
		KILL,
	};
	const struct sock_fprog program = { sizeof(filter) / sizeof(filter[0]), filter };

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
