/* SPDX-License-Identifier: MIT */
/* What one process does alone: a system call, a trapped one (SIGSYS), a mapping and its use. */
#define _GNU_SOURCE
#include "floor.h"

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGE 4096L
#define PAGES 1000
#define STRIDE 16 /* pages: far enough that no two mappings merge */

void floor_getpid(void)
{
	for (int batch = 0; batch < BATCHES; batch++) {
		begin();
		for (int i = 0; i < BATCH; i++)
			syscall(SYS_getpid);
		end(batch, BATCH);
	}
	report("getpid");
}

static void on_sigsys(int signal)
{
	(void)signal;
}

static void trap_getppid(void)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getppid, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRAP),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { sizeof(code) / sizeof(code[0]), code };

	signal(SIGSYS, on_sigsys);
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program))
		die("install a filter");
}

/* A filter is for ever, so a child has it. */
void floor_sigsys(void)
{
	pid_t child = start_child();

	if (child) {
		waitpid(child, NULL, 0);
		return;
	}
	trap_getppid();
	for (int batch = 0; batch < BATCHES; batch++) {
		begin();
		for (int i = 0; i < BATCH; i++)
			syscall(SYS_getppid);
		end(batch, BATCH);
	}
	report("sigsys");
	_exit(0);
}

/* One page of a shared file at a place of its own, mapped and touched; then all of it is gone. */
void floor_mmap(void)
{
	int fd = memfd_create("floor", 0);
	char *base = mmap(NULL, PAGES * STRIDE * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
			  0);

	if (fd < 0 || ftruncate(fd, PAGES * PAGE) || base == MAP_FAILED)
		die("memory to map");
	for (int batch = 0; batch < BATCHES; batch++) {
		begin();
		for (int i = 0; i < PAGES; i++) {
			char *p = mmap(base + i * STRIDE * PAGE, PAGE, PROT_READ | PROT_WRITE,
				       MAP_SHARED | MAP_FIXED, fd, i * PAGE);

			if (p == MAP_FAILED)
				die("mmap");
			*(volatile char *)p = 1;
		}
		end(batch, PAGES);
		if (mmap(base, PAGES * STRIDE * PAGE, PROT_NONE,
			 MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == MAP_FAILED)
			die("mmap");
	}
	report("mmap+touch");
	munmap(base, PAGES * STRIDE * PAGE);
	close(fd);
}
