/* SPDX-License-Identifier: MIT */
/* fork, vfork and exec: arguments, environment, close-on-exec, scripts, errors, many times. */
#define _GNU_SOURCE
#include "check.h"

#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define LONG (100 * 1024)

/* exec's old prototype wants writable strings that it never writes. */
#define STRINGS(list) ((char *const *)(list))

static char *big;

/* What the executed program checks about what it got. */
static int executed(int argc, char **argv)
{
	int kept = atoi(argv[2]), closed = atoi(argv[3]);

	big = malloc(LONG + 1);
	memset(big, 'L', LONG);
	big[LONG] = 0;
	CHECK_EQ(argc, 7);
	CHECK_STR(argv[4], "with blank");
	CHECK_STR(argv[5], "");
	CHECK_STR(argv[6], big);
	CHECK_STR(getenv("L4UX_A"), "b c");
	CHECK_STR(getenv("L4UX_EMPTY"), "");
	CHECK(!getenv("PATH"));
	CHECK(fcntl(kept, F_GETFD) == 0);
	CHECK_ERRNO(fcntl(closed, F_GETFD), EBADF);
	check_child_exit();
}

static void test_vfork(void)
{
	char kept[12], closed[12];
	const char *argv[] = { "exec", "executed", kept, closed, "with blank", "", big, NULL };
	const char *env[] = { "L4UX_A=b c", "L4UX_EMPTY=", NULL };
	int a = CHECK_OK(dup(1)), b = CHECK_OK(fcntl(1, F_DUPFD_CLOEXEC, 0));
	static volatile int shared;

	snprintf(kept, sizeof(kept), "%d", a);
	snprintf(closed, sizeof(closed), "%d", b);
	for (int i = 0; i < 100; i++) {
		shared = i;
		pid_t child = CHECK_OK(vfork());

		if (!child) {
			shared = -i;
			execve("/proc/self/exe", STRINGS(argv), STRINGS(env));
			_exit(100);
		}
		/* The parent slept until the exec, and the memory was one. */
		CHECK_EQ(shared, -i);
		CHECK_EXIT(child, 0);
	}
	close(a);
	close(b);
}

static void test_spawn(void)
{
	const char *argv[] = { "exec", "status", "33", NULL };
	pid_t child;

	for (int i = 0; i < 50; i++) {
		CHECK_EQ(posix_spawn(&child, "/proc/self/exe", NULL, NULL, STRINGS(argv), environ),
			 0);
		CHECK_EXIT(child, 33);
	}
	CHECK_EQ(posix_spawn(&child, "/nonexistent", NULL, NULL, STRINGS(argv), environ), ENOENT);
}

static void make(const char *path, const char *text, mode_t mode)
{
	int fd = CHECK_OK(open(path, O_WRONLY | O_CREAT | O_TRUNC, 0700));

	CHECK_EQ(write(fd, text, strlen(text)), strlen(text));
	CHECK_OK(fchmod(fd, mode));
	close(fd);
}

static void test_errors(void)
{
	const char *argv[] = { "x", NULL };
	const char *huge[] = { "x", NULL, NULL };

	CHECK_ERRNO(execv("/nonexistent", STRINGS(argv)), ENOENT);
	CHECK_ERRNO(execv("/tmp", STRINGS(argv)), EACCES);
	make("/tmp/exec.text", "no program\n", 0700);
	CHECK_ERRNO(execv("/tmp/exec.text", STRINGS(argv)), ENOEXEC);
	make("/tmp/exec.text",
	     "\177ELF garbage that goes on for more than a header's length "
	     "and a bit",
	     0700);
	CHECK_ERRNO(execv("/tmp/exec.text", STRINGS(argv)), ENOEXEC);
	make("/tmp/exec.text", "#!/proc/self/exe\n", 0600);
	CHECK_ERRNO(execv("/tmp/exec.text", STRINGS(argv)), EACCES);
	big = realloc(big, 200 * 1024);
	memset(big, 'L', 200 * 1024 - 1);
	big[200 * 1024 - 1] = 0;
	huge[1] = big;
	CHECK_ERRNO(execv("/proc/self/exe", STRINGS(huge)), E2BIG);
	unlink("/tmp/exec.text");
}

/* A script's interpreter gets the script's name and arguments. */
static void test_script(void)
{
	char line[300], self[256];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);

	self[n > 0 ? n : 0] = 0;
	snprintf(line, sizeof(line), "#!%s script\n", self);
	make("/tmp/exec.script", line, 0700);
	pid_t child = CHECK_OK(fork());

	if (!child) {
		execl("/tmp/exec.script", "ignored", "one", "two", NULL);
		_exit(100);
	}
	CHECK_EXIT(child, 0);
	unlink("/tmp/exec.script");
}

static int script(int argc, char **argv)
{
	CHECK_EQ(argc, 5);
	CHECK_STR(argv[2], "/tmp/exec.script");
	CHECK_STR(argv[4], "two");
	check_child_exit();
}

int main(int argc, char **argv)
{
	if (argc > 1 && !strcmp(argv[1], "executed"))
		return executed(argc, argv);
	if (argc > 1 && !strcmp(argv[1], "status"))
		return atoi(argv[2]);
	if (argc > 1 && !strcmp(argv[1], "script"))
		return script(argc, argv);
	check_start("exec");
	mkdir("/tmp", 0777);
	big = malloc(LONG + 1);
	memset(big, 'L', LONG);
	big[LONG] = 0;
	test_vfork();
	test_spawn();
	test_script();
	test_errors();
	return check_done();
}
