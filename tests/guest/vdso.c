/* SPDX-License-Identifier: MIT */
/*
 * Clocks through the vDSO: they make no system call, say what the system call says, also after the
 * time has been set or slewed, and their page is not for writing.
 */
#define _GNU_SOURCE
#include "check.h"

#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/timex.h>
#include <time.h>
#include <unistd.h>

#define READS 2000
#define LEAP 1000 /* seconds */

static const clockid_t clocks[] = { CLOCK_REALTIME,        CLOCK_MONOTONIC,       CLOCK_BOOTTIME,
				    CLOCK_MONOTONIC_RAW,   CLOCK_REALTIME_COARSE, CLOCK_TAI,
				    CLOCK_MONOTONIC_COARSE };
#define CLOCKS (sizeof(clocks) / sizeof(clocks[0]))

static int64_t ns(const struct timespec *t)
{
	return t->tv_sec * 1000000000LL + t->tv_nsec;
}

static int64_t by_call(clockid_t clock)
{
	struct timespec t;

	CHECK_OK(syscall(SYS_clock_gettime, clock, &t));
	return ns(&t);
}

static int64_t by_libc(clockid_t clock)
{
	struct timespec t;

	CHECK_OK(clock_gettime(clock, &t));
	CHECK(t.tv_nsec >= 0 && t.tv_nsec < 1000000000);
	return ns(&t);
}

/* call, libc, call, libc, ...: no reading is before the one before it. */
static void test_agree(void)
{
	for (unsigned c = 0; c < CLOCKS; c++) {
		int64_t last = by_call(clocks[c]), first = last, now;
		long backwards = 0;

		for (int i = 0; i < READS; i++, last = now) {
			now = i & 1 ? by_call(clocks[c]) : by_libc(clocks[c]);
			backwards += now < last;
		}
		if (!CHECK_EQ(backwards, 0))
			check_note("clock %d", clocks[c]);
		CHECK(last >= first);
	}
}

static void refuse_calls(void)
{
	static const unsigned char calls[] = { SYS_clock_gettime, SYS_gettimeofday, SYS_time };
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clock_gettime, 3, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_gettimeofday, 2, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_time, 1, 0),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EXDEV),
	};
	struct sock_fprog program = { sizeof(code) / sizeof(code[0]), code };

	CHECK_OK(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
	CHECK_OK(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program));
	for (unsigned i = 0; i < sizeof(calls); i++)
		CHECK_ERRNO(syscall(calls[i], 0, 0), EXDEV);
}

static void test_no_call(void)
{
	pid_t child = fork();

	if (!child) {
		struct timeval tv;

		refuse_calls();
		for (unsigned c = 0; c < CLOCKS; c++)
			CHECK(by_libc(clocks[c]) > 0);
		CHECK_OK(gettimeofday(&tv, NULL));
		CHECK_RANGE((double)tv.tv_sec, (double)time(NULL) - 2, (double)time(NULL) + 2);
		CHECK_EQ(sched_getcpu(), 0);
		/* this one has no clock page, so the filter shows */
		CHECK_ERRNO(syscall(SYS_clock_gettime, CLOCK_PROCESS_CPUTIME_ID, &tv), EXDEV);
		check_child_exit();
	}
	CHECK_EXIT(child, 0);
}

static void leap(long seconds)
{
	struct timespec t = { 0 };

	CHECK_OK(clock_gettime(CLOCK_REALTIME, &t));
	t.tv_sec += seconds;
	CHECK_OK(clock_settime(CLOCK_REALTIME, &t));
}

static void test_set(void)
{
	int64_t real = by_libc(CLOCK_REALTIME), monotonic = by_libc(CLOCK_MONOTONIC);

	leap(LEAP);
	CHECK_RANGE((by_libc(CLOCK_REALTIME) - real) / 1e9, LEAP, LEAP + 5);
	CHECK_RANGE((double)time(NULL) - real / 1e9, LEAP - 1, LEAP + 5);
	CHECK_RANGE((by_libc(CLOCK_MONOTONIC) - monotonic) / 1e9, 0, 5);
	test_agree();
	leap(-LEAP);
	CHECK_RANGE((by_libc(CLOCK_REALTIME) - real) / 1e9, 0, 10);
	test_agree();
}

static void test_slew(void)
{
	struct timex t = { .modes = ADJ_FREQUENCY, .freq = 500 << 16 };

	CHECK_OK(adjtimex(&t));
	test_agree();
	usleep(200000); /* idle: no ticks meanwhile */
	test_agree();
	t = (struct timex){ .modes = ADJ_FREQUENCY };
	CHECK_OK(adjtimex(&t));
	test_agree();
}

static void test_read_only(void)
{
	unsigned long start = 0, end;
	FILE *maps = fopen("/proc/self/maps", "re");
	char line[256];
	int mem;

	while (maps && !start && fgets(line, sizeof(line), maps))
		if (!strstr(line, "[vvar]") || sscanf(line, "%lx-%lx", &start, &end) != 2)
			start = 0;
	if (maps)
		fclose(maps);
	if (!CHECK(start))
		return;
	CHECK_ERRNO(mprotect((void *)start, 4096, PROT_READ | PROT_WRITE), EACCES);
	CHECK_ERRNO(mprotect((void *)start, 4096, PROT_READ | PROT_EXEC), EACCES);
	mem = CHECK_OK(open("/proc/self/mem", O_RDWR | O_CLOEXEC));
	CHECK_ERRNO(pwrite(mem, &start, sizeof(start), (off_t)start), EIO);
	close(mem);
}

int main(void)
{
	check_start("vdso");
	test_agree();
	test_no_call();
	test_set();
	test_slew();
	test_read_only();
	return check_done();
}
