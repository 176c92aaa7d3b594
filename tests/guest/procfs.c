/* SPDX-License-Identifier: MIT */
/* /proc tells the truth about this process and this machine. */
#define _GNU_SOURCE
#include "check.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

static char text[65536];

static char *slurp(const char *path)
{
	int fd = CHECK_OK(open(path, O_RDONLY));
	size_t length = 0;
	ssize_t n;

	while ((n = read(fd, text + length, sizeof(text) - 1 - length)) > 0)
		length += n;
	CHECK_EQ(n, 0);
	text[length] = 0;
	close(fd);
	return text;
}

static long field(const char *path, const char *key)
{
	char *at = strstr(slurp(path), key);

	CHECK(at);
	if (!at)
		return -1;
	return strtol(at + strlen(key), NULL, 0);
}

static void test_self(char **argv)
{
	char path[128], target[256], *at;
	ssize_t n;

	CHECK_EQ(field("/proc/self/status", "\nPid:\t"), getpid());
	CHECK_EQ(field("/proc/self/status", "\nPPid:\t"), getppid());
	CHECK_EQ(field("/proc/self/status", "\nThreads:\t"), 1);
	CHECK_OK(prctl(PR_SET_NAME, "renamed"));
	CHECK_STR(slurp("/proc/self/comm"), "renamed\n");
	CHECK_STR(slurp("/proc/self/cmdline"), argv[0]);
	n = readlink("/proc/self", target, sizeof(target) - 1);
	target[n > 0 ? n : 0] = 0;
	snprintf(path, sizeof(path), "%d", getpid());
	CHECK_STR(target, path);
	n = readlink("/proc/self/cwd", target, sizeof(target) - 1);
	target[n > 0 ? n : 0] = 0;
	CHECK_STR(target, getcwd(path, sizeof(path)));

	/* A mapping appears with its rights and goes away. */
	char *p = mmap(NULL, 8192, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	mprotect(p, 4096, PROT_READ | PROT_EXEC);
	snprintf(path, sizeof(path), "%lx-%lx r-xp", (long)p, (long)p + 4096);
	at = strstr(slurp("/proc/self/maps"), path);
	CHECK(at);
	munmap(p, 8192);
	CHECK(!strstr(slurp("/proc/self/maps"), path));
}

static void test_memory(void)
{
	size_t size = 16 << 20;
	long before = field("/proc/self/status", "\nVmRSS:\t"), after;
	char *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	for (size_t i = 0; i < size; i += 4096)
		p[i] = 1;
	after = field("/proc/self/status", "\nVmRSS:\t");
	CHECK_RANGE(after - before, 16 * 1024 - 512, 16 * 1024 + 512);
	munmap(p, size);
	CHECK_RANGE(field("/proc/self/status", "\nVmRSS:\t"), before - 512, before + 512);

	/* /proc/self/mem reads what is in memory. */
	static const char secret[] = "needle in memory";
	char copy[sizeof(secret)] = "";
	int fd = CHECK_OK(open("/proc/self/mem", O_RDONLY));

	CHECK_EQ(pread(fd, copy, sizeof(copy), (off_t)secret), sizeof(copy));
	CHECK_STR(copy, secret);
	close(fd);
}

static void test_machine(void)
{
	struct utsname uts;
	struct sysinfo info;
	double up;
	char line[300];

	CHECK_OK(uname(&uts));
	snprintf(line, sizeof(line), "Linux version %s ", uts.release);
	CHECK(strstr(slurp("/proc/version"), line) == text);
	CHECK_OK(sysinfo(&info));
	CHECK_RANGE(field("/proc/meminfo", "MemTotal:"), (double)(info.totalram >> 10) - 1,
		    (double)(info.totalram >> 10) + 1);
	up = atof(slurp("/proc/uptime"));
	CHECK_RANGE(up, check_now() - 0.1, check_now() + 0.1);
	CHECK(strstr(slurp("/proc/filesystems"), "\text4\n"));
	CHECK(strstr(slurp("/proc/filesystems"), "\ttmpfs\n"));
	CHECK(strstr(slurp("/proc/mounts"), "/proc proc "));
	CHECK(strstr(slurp("/proc/cpuinfo"), "processor\t"));
	CHECK(strstr(slurp("/proc/stat"), "\nctxt ") && strstr(text, "\nprocesses "));
	CHECK(field("/proc/sys/kernel/pid_max", "") > 1000);
}

/* Time a process spends is seen, in its own statistics and as its parent's child time. */
static void test_cpu_time(void)
{
	double end = check_now() + 0.5;
	long user = 0, system = 0;
	pid_t child = CHECK_OK(fork());
	char path[64], *at;

	if (!child) {
		while (check_now() < end + 1)
			;
		pause();
	}
	while (check_now() < end + 1.2)
		usleep(50000);
	snprintf(path, sizeof(path), "/proc/%d/stat", child);
	at = strrchr(slurp(path), ')');
	CHECK(at && at[2] == 'S');
	CHECK_EQ(sscanf(at ? at + 4 : "", "%*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %ld %ld", &user,
			&system),
		 2);
	CHECK_RANGE((double)(user + system) / sysconf(_SC_CLK_TCK), 0.4, 1.7);
	kill(child, 9);
	CHECK_KILLED(child, 9);
	snprintf(path, sizeof(path), "/proc/%d", child);
	CHECK_ERRNO(access(path, F_OK), ENOENT);
}

int main(int argc, char **argv)
{
	(void)argc;
	check_start("procfs");
	test_self(argv);
	test_memory();
	test_machine();
	test_cpu_time();
	return check_done();
}
