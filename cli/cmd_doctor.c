// SPDX-License-Identifier: MIT
/* l4ux doctor: tries what l4ux needs of the host, and says what to do about what fails. */
#define _GNU_SOURCE
#include "cli.h"

#include "../ux-kernel/host/clock.h"
#include "../ux-kernel/host/fork.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

struct finding {
	bool good, optional;
	char detail[160];
	const char *advice;
};

static long read_number(const char *path)
{
	char buf[32];
	FILE *f = fopen(path, "re");
	bool good = f && fgets(buf, sizeof(buf), f);

	if (f)
		fclose(f);
	return good ? strtol(buf, NULL, 10) : -1;
}

static struct finding check_ptrace(void)
{
	struct finding r = { .advice = "allow the ptrace system call: docker run "
				       "--cap-add=SYS_PTRACE, sysctl kernel.yama.ptrace_scope=1" };
	pid_t pid = fork_bound(SIGKILL);
	int status;

	if (!pid) {
		raise(SIGSTOP);
		_exit(0);
	}
	waitpid(pid, &status, WUNTRACED);
	r.good = !ptrace(PTRACE_SEIZE, pid, 0, PTRACE_O_EXITKILL | PTRACE_O_TRACESYSGOOD);
	snprintf(r.detail, sizeof(r.detail), "%s (yama.ptrace_scope: %ld)",
		 r.good ? "may trace its children" : strerror(errno),
		 read_number("/proc/sys/kernel/yama/ptrace_scope"));
	kill(pid, SIGKILL);
	waitpid(pid, NULL, __WALL);
	return r;
}

static struct finding check_seccomp(void)
{
	struct finding r = { .advice = "use a host kernel with CONFIG_SECCOMP_FILTER" };

	r.good = prctl(PR_GET_SECCOMP) >= 0 || errno != EINVAL;
	snprintf(r.detail, sizeof(r.detail), "%s", r.good ? "filters available" : "not built in");
	return r;
}

static struct finding check_memfd(void)
{
	struct finding r = {
		.advice = "use a host kernel of 3.17 or newer with CONFIG_MEMFD_CREATE"
	};
	int fd = memfd_create("l4ux-doctor", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	r.good = fd >= 0;
	snprintf(r.detail, sizeof(r.detail), "%s",
		 r.good ? "sealable memory files" : strerror(errno));
	if (fd >= 0)
		close(fd);
	return r;
}

static struct finding check_clock(void)
{
	struct finding r = { .advice = "run where the processor's time stamp counter is usable" };

	r.good = !clock_init();
	snprintf(r.detail, sizeof(r.detail), "time stamp counter, %lu MHz",
		 (unsigned long)(clock_tsc_khz() / 1000));
	return r;
}

static struct finding check_maps(void)
{
	long n = read_number("/proc/sys/vm/max_map_count");
	struct finding r = { .advice = "sysctl vm.max_map_count=65530 (works below, but slower)" };

	r.good = n < 0 || n >= 65530;
	snprintf(r.detail, sizeof(r.detail), "vm.max_map_count %ld", n);
	return r;
}

static struct finding check_min_addr(void)
{
	long n = read_number("/proc/sys/vm/mmap_min_addr");
	struct finding r = { .advice = "sysctl vm.mmap_min_addr=65536" };

	r.good = n <= 65536;
	snprintf(r.detail, sizeof(r.detail), "vm.mmap_min_addr %ld", n);
	return r;
}

static struct finding check_files(void)
{
	static const char *const files[] = {
		"sigma0",           "init",       "irq-emulator",      "block-device",
		"console-headless", "net-device", "serial-device",     "entropy-device",
		"share-device",     "vmlinux",    "initramfs.cpio.gz",
	};
	struct finding r = { .good = true, .advice = "build them: make" };

	snprintf(r.detail, sizeof(r.detail), "complete");
	for (unsigned i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		char *p = data_path(files[i]);

		if (!p) {
			r.good = false;
			snprintf(r.detail, sizeof(r.detail), "%s is missing", files[i]);
		}
		free(p);
	}
	return r;
}

/* Everything but a window works without it. */
static struct finding check_window(void)
{
	struct finding r = { .optional = true };
	char *program = data_find("console-window");
	const char *display = gui_display();

	r.good = program && display;
	snprintf(r.detail, sizeof(r.detail), "%s, %s", program ? "SDL2" : "built without SDL2",
		 display ? display : "no display");
	r.advice = program ? "set DISPLAY or WAYLAND_DISPLAY; --gui=headless needs none"
			   : "install libsdl2-dev and build again; --gui=headless needs none";
	free(program);
	return r;
}

static const struct {
	const char *name;
	struct finding (*check)(void);
} checks[] = {
	{ "ptrace", check_ptrace },      { "seccomp", check_seccomp },
	{ "memory files", check_memfd }, { "clock", check_clock },
	{ "host mappings", check_maps }, { "low addresses", check_min_addr },
	{ "own files", check_files },    { "window", check_window },
};

int cmd_doctor(int argc, char **argv)
{
	int status = EXIT_SUCCESS;

	if (argc > 1 && (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h")))
		return usage_print("usage: l4ux doctor\n\nTries what l4ux needs of this host. "
				   "Exit status 69 when something is missing.\n");
	if (argc > 1)
		return usage_error("doctor takes no '%s'", argv[1]);
	for (unsigned i = 0; i < sizeof(checks) / sizeof(checks[0]); i++) {
		struct finding f = checks[i].check();

		printf("%-8s %-14s %s\n",
		       f.good       ? "ok"
		       : f.optional ? "without"
				    : "MISSING",
		       checks[i].name, f.detail);
		if (!f.good)
			printf("         %-14s -> %s\n", "", f.advice);
		if (!f.good && !f.optional)
			status = EXIT_UNAVAILABLE;
	}
	return status;
}
