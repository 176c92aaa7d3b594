/* SPDX-License-Identifier: MIT */
/*
 * Run a command that may not use ptrace, or not take the listener of seccomp notifications, as in
 * a container with a strict seccomp profile:
 *
 *     noptrace [--notifications] COMMAND [ARGUMENT...]
 */
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	int notifications = argc > 1 && !strcmp(argv[1], "--notifications");
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, notifications ? SYS_pidfd_getfd : SYS_ptrace, 0,
			 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { sizeof(code) / sizeof(code[0]), code };

	argc -= notifications;
	argv += notifications;
	if (argc < 2) {
		fprintf(stderr, "usage: noptrace [--notifications] COMMAND [ARGUMENT...]\n");
		return 64;
	}
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program)) {
		perror("noptrace: install the filter");
		return 71;
	}
	execvp(argv[1], argv + 1);
	perror(argv[1]);
	return 127;
}
