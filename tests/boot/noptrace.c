/* SPDX-License-Identifier: MIT */
/*
 * Run a command that may not use ptrace, or not take the listener of seccomp notifications, or
 * whose task processes may not change rights of memory, as in a container with a strict seccomp
 * profile:
 *
 *     noptrace [--notifications | --mprotect] COMMAND [ARGUMENT...]
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

#define STUB 0x7fffffff0000UL /* where a task process has all its code */
#define LOAD(at) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (unsigned)(at))
#define NUMBER offsetof(struct seccomp_data, nr)
#define ADDRESS offsetof(struct seccomp_data, instruction_pointer)
#define UNLESS(op, value, skip) BPF_JUMP(BPF_JMP | (op) | BPF_K, (unsigned)(value), 0, skip)

int main(int argc, char **argv)
{
	int option = argc > 1 && !strncmp(argv[1], "--", 2);
	int mprotect = option && !strcmp(argv[1], "--mprotect");
	int notifications = option && !strcmp(argv[1], "--notifications");
	struct sock_filter anywhere[] = {
		LOAD(NUMBER),
		UNLESS(BPF_JEQ, notifications ? SYS_pidfd_getfd : SYS_ptrace, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_filter in_tasks[] = {
		LOAD(NUMBER),
		UNLESS(BPF_JEQ, SYS_mprotect, 5),
		LOAD(ADDRESS),
		UNLESS(BPF_JGE, STUB, 3),
		LOAD(ADDRESS + 4),
		UNLESS(BPF_JEQ, STUB >> 32, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { sizeof(anywhere) / sizeof(anywhere[0]), anywhere };

	if (mprotect)
		program = (struct sock_fprog){ sizeof(in_tasks) / sizeof(in_tasks[0]), in_tasks };
	argc -= option;
	argv += option;
	if (argc < 2 || (option && !mprotect && !notifications)) {
		fprintf(stderr,
			"usage: noptrace [--notifications | --mprotect] COMMAND [ARGUMENT...]\n");
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
