// SPDX-License-Identifier: MIT
/* The 9P server: what it does, and every way out of its directory. */
#define _GNU_SOURCE
#include "devices/p9.h"
#include "devices/p9_keep.h"
#include "devices/p9_wire.h"
#include "devices/share.h"
#include "p9_client.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <linux/openat2.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define ROOT 1U
#define NEW 2U

static struct p9 server;
static struct p9_keep keep;
static char top[64];
static uint8_t message[P9_MSIZE_MAX], answer[P9_MSIZE_MAX];
static size_t answered;

static uint32_t number(size_t at)
{
	uint32_t n;

	memcpy(&n, answer + at, 4);
	return n;
}

/* Sends what is in @message. 0 or the error of the answer. */
static int send_it(size_t len)
{
	answered = p9_answer(&server, message, len, answer, sizeof(answer));
	assert_true(answered >= P9_HEADER && number(0) == answered);
	if (answer[4] == P9_RLERROR)
		return number(P9_HEADER);
	assert_int_equal(answer[4], message[4] + 1);
	return 0;
}

#define SEND(...) send_it(p9_message(message, __VA_ARGS__))

static int walk(const char *name)
{
	int e = SEND(P9_TWALK, "442s", ROOT, NEW, 1, name);

	return e;
}

static void clunk(void)
{
	assert_int_equal(SEND(P9_TCLUNK, "4", NEW), 0);
}

static int set_up(bool read_only)
{
	int root, self;

	p9_place_make(top, &root, &self);
	memset(&keep, 0, sizeof(keep));
	assert_int_equal(p9_init(&server, root, self, &keep), 0);
	server.read_only = read_only;
	assert_int_equal(SEND(P9_TVERSION, "4s", 65536, P9_VERSION), 0);
	assert_int_equal(SEND(P9_TATTACH, "44ss4", ROOT, P9_NO_FID, "", "", 0), 0);
	return 0;
}

static int setup(void **state)
{
	(void)state;
	return set_up(false);
}

static int setup_read_only(void **state)
{
	(void)state;
	return set_up(true);
}

static int teardown(void **state)
{
	(void)state;
	p9_fids_clear(&server.fids);
	free(server.fids.fid);
	free(server.fids.bucket);
	close(server.root);
	close(server.self);
	assert_true(p9_place_intact(top));
	p9_place_remove(top);
	return 0;
}

static void files(void **state)
{
	(void)state;
	assert_int_equal(walk("file"), 0);
	assert_int_equal(SEND(P9_TLOPEN, "44", NEW, O_RDWR), 0);
	assert_int_equal(SEND(P9_TREAD, "484", NEW, 3UL, 100), 0);
	assert_int_equal(number(P9_HEADER), 4);
	assert_memory_equal(answer + P9_HEADER + 4, "tent", 4);
	assert_int_equal(SEND(P9_TWRITE, "4844", NEW, 7UL, 4, 0x21212121), 0);
	assert_int_equal(SEND(P9_TREAD, "484", NEW, 0UL, 100), 0);
	assert_memory_equal(answer + P9_HEADER + 4, "content!!!!", 11);
	assert_int_equal(SEND(P9_TFSYNC, "44", NEW, 0), 0);
	clunk();
	assert_int_equal(SEND(P9_TREAD, "484", NEW, 0UL, 100), ESTALE);
	assert_int_equal(walk("nothing"), ENOENT);
}

static void names(void **state)
{
	(void)state;
	assert_int_equal(SEND(P9_TMKDIR, "4s44", ROOT, "new", 0755, 0), 0);
	assert_int_equal(SEND(P9_TMKDIR, "4s44", ROOT, "new", 0755, 0), EEXIST);
	assert_int_equal(SEND(P9_TRENAMEAT, "4s4s", ROOT, "new", ROOT, "other"), 0);
	assert_int_equal(SEND(P9_TSYMLINK, "4ss4", ROOT, "link", "anywhere", 0), 0);
	assert_int_equal(walk("link"), 0);
	assert_int_equal(SEND(P9_TREADLINK, "4", NEW), 0);
	assert_memory_equal(answer + P9_HEADER, "\x08\0anywhere", 10);
	clunk();
	assert_int_equal(walk("file"), 0);
	assert_int_equal(SEND(P9_TLINK, "44s", ROOT, NEW, "second"), 0);
	clunk();
	assert_int_equal(SEND(P9_TUNLINKAT, "4s4", ROOT, "second", 0), 0);
	assert_int_equal(SEND(P9_TUNLINKAT, "4s4", ROOT, "other", 0), EISDIR);
	assert_int_equal(SEND(P9_TUNLINKAT, "4s4", ROOT, "other", P9_UNLINK_DIRECTORY), 0);
	assert_int_equal(SEND(P9_TWALK, "442", ROOT, NEW, 0), 0);
	assert_int_equal(SEND(P9_TLCREATE, "4s444", NEW, "made", O_RDWR, 0640, 0), 0);
	assert_int_equal(SEND(P9_TWRITE, "4844", NEW, 0UL, 4, 0x21212121), 0);
	clunk();
}

static void directory(void **state)
{
	unsigned seen = 0, size;

	(void)state;
	assert_int_equal(SEND(P9_TWALK, "442", ROOT, NEW, 0), 0);
	assert_int_equal(SEND(P9_TLOPEN, "44", NEW, O_RDONLY), 0);
	assert_int_equal(SEND(P9_TREADDIR, "484", NEW, 0UL, 4000), 0);
	size = number(P9_HEADER);
	for (unsigned at = P9_HEADER + 4; at < P9_HEADER + 4 + size; seen++)
		at += P9_QID_SIZE + 9 + 2 + answer[at + P9_QID_SIZE + 9];
	assert_int_equal(seen, 6); /* with . and .. */
	assert_int_equal(SEND(P9_TREAD, "484", NEW, 0UL, 100), EISDIR);
	clunk();
}

/* Names that would lead up, and links that lead away. */
static void ways_out(void **state)
{
	static const char *const bad[] = { "", ".", "..", "dir/..", "/", "../outside", "dir/" };

	(void)state;
	for (unsigned i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_not_equal(walk(bad[i]), 0);
		assert_int_not_equal(SEND(P9_TMKDIR, "4s44", ROOT, bad[i], 0755, 0), 0);
		assert_int_not_equal(SEND(P9_TSYMLINK, "4ss4", ROOT, bad[i], "x", 0), 0);
		assert_int_not_equal(SEND(P9_TUNLINKAT, "4s4", ROOT, bad[i], 0), 0);
		assert_int_not_equal(SEND(P9_TRENAMEAT, "4s4s", ROOT, "file", ROOT, bad[i]), 0);
		assert_int_not_equal(SEND(P9_TLCREATE, "4s444", ROOT, bad[i], O_RDWR, 0644, 0), 0);
	}
	assert_int_equal(walk("up"), 0);
	assert_int_equal(SEND(P9_TLOPEN, "44", NEW, O_RDONLY), EACCES);
	assert_int_not_equal(SEND(P9_TSETATTR,
				  "444448"
				  "8888",
				  NEW, P9_SET_SIZE, 0, 0, 0, 0UL, 0UL, 0UL, 0UL, 0UL),
			     0);
	clunk();
	/* the first step of two: the answer says that the second could not be made */
	assert_int_equal(SEND(P9_TWALK, "442ss", ROOT, NEW, 2, "far", "secret"), 0);
	assert_int_equal(answer[P9_HEADER], 1);
	assert_int_equal(SEND(P9_TCLUNK, "4", NEW), ESTALE);
	assert_int_equal(SEND(P9_TWALK, "442", ROOT, NEW, 0), 0);
	assert_int_equal(SEND(P9_TLCREATE, "4s444", NEW, "up", O_WRONLY | O_TRUNC, 0644, 0),
			 EACCES);
	assert_int_equal(SEND(P9_TLCREATE, "4s444", NEW, "far", O_WRONLY, 0644, 0), EACCES);
	clunk();
}

static int set(unsigned valid, unsigned mode, unsigned uid)
{
	return SEND(P9_TSETATTR,
		    "44444"
		    "88888",
		    NEW, valid, mode, uid, 0, 0UL, 0UL, 0UL, 0UL, 0UL);
}

static void rights(void **state)
{
	(void)state;
	assert_int_equal(walk("file"), 0);
	assert_int_equal(set(P9_SET_MODE, 0600, 0), 0);
	assert_int_equal(set(P9_SET_MODE, S_ISUID | 0755, 0), EPERM);
	assert_int_equal(set(P9_SET_UID, 0, getuid() + 1), EPERM);
	clunk();
	assert_int_equal(SEND(P9_TMKNOD, "4s4444", ROOT, "node", S_IFCHR | 0666, 1, 3, 0), EPERM);
	assert_int_equal(SEND(P9_TMKNOD, "4s4444", ROOT, "node", S_IFREG | 06666, 0, 0, 0), 0);
	assert_int_equal(walk("node"), 0);
	assert_int_equal(SEND(P9_TGETATTR, "48", NEW, P9_GETATTR_BASIC), 0);
	assert_int_equal(number(P9_HEADER + 8 + P9_QID_SIZE), S_IFREG | (0666 & ~022));
	clunk();
	assert_int_equal(mkfifoat(server.root, "fifo", 0666), 0);
	assert_int_equal(walk("fifo"), 0);
	assert_int_equal(SEND(P9_TLOPEN, "44", NEW, O_RDONLY), EACCES);
}

static void read_only(void **state)
{
	(void)state;
	assert_int_equal(SEND(P9_TMKDIR, "4s44", ROOT, "new", 0755, 0), EROFS);
	assert_int_equal(SEND(P9_TUNLINKAT, "4s4", ROOT, "file", 0), EROFS);
	assert_int_equal(walk("file"), 0);
	assert_int_equal(SEND(P9_TLOPEN, "44", NEW, O_RDWR), EROFS);
	assert_int_equal(SEND(P9_TLOPEN, "44", NEW, O_TRUNC), EROFS);
	assert_int_equal(SEND(P9_TLOPEN, "44", NEW, O_RDONLY), 0);
	assert_int_equal(SEND(P9_TWRITE, "4844", NEW, 0UL, 4, 0), EROFS);
	assert_int_equal(set(P9_SET_MODE, 0777, 0), EROFS);
}

/* In a process of its own, after share_confine(): how it ended (as wait() tells). */
static int confined(int (*act)(void))
{
	int status;
	pid_t pid = fork();

	if (!pid) {
		dup2(server.root, DEVICE_FD_OWN);
		dup2(server.self, SHARE_FD_SELF);
		_exit(share_confine(DEVICE_FD_OWN, false) ? 99 : act());
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

static int open_at(int dir, const char *path)
{
	struct open_how how = { .flags = O_RDONLY };

	return syscall(__NR_openat2, dir, path, &how, sizeof(how)) < 0 ? errno : 0;
}

static int open_inside(void)
{
	return open_at(DEVICE_FD_OWN, "file");
}

static int open_outside(void)
{
	return open_at(DEVICE_FD_OWN, "../outside/secret");
}

static int open_link(void)
{
	return open_at(DEVICE_FD_OWN, "up");
}

#ifndef __SANITIZE_ADDRESS__
static int make_socket(void)
{
	return socket(AF_UNIX, SOCK_STREAM, 0) < 0;
}
#endif

/* Whoever takes the process over: names that p9_tree.c would never ask for. */
static void cage(void **state)
{
	long version = syscall(__NR_landlock_create_ruleset, NULL, 0,
			       LANDLOCK_CREATE_RULESET_VERSION);

	(void)state;
	assert_int_equal(confined(open_inside), 0);
	if (version > 0) {
		assert_int_equal(WEXITSTATUS(confined(open_outside)), EACCES);
		assert_int_equal(WEXITSTATUS(confined(open_link)), EACCES);
	}
#ifndef __SANITIZE_ADDRESS__
	assert_int_equal(WTERMSIG(confined(make_socket)), SIGSYS);
#endif
}

/* What is cut off anywhere is refused; what there is no room for, too. */
static void malformed(void **state)
{
	size_t len = p9_message(message, P9_TRENAMEAT, "4s4s", ROOT, "file", ROOT, "gone");

	(void)state;
	for (size_t cut = 0; cut < len; cut++) {
		uint32_t size = cut;

		memcpy(message, &size, 4);
		if (cut < P9_HEADER)
			assert_int_equal(p9_answer(&server, message, cut, answer, sizeof(answer)),
					 0);
		else
			assert_int_not_equal(send_it(cut), 0);
	}
	assert_int_equal(walk("gone"), ENOENT);
	assert_int_equal(SEND(99, ""), EOPNOTSUPP);
	assert_int_equal(SEND(255, ""), EOPNOTSUPP);
	len = p9_message(message, P9_TSTATFS, "4", ROOT);
	assert_int_equal(p9_answer(&server, message, len, answer, 10), 0);
	assert_int_equal(p9_answer(&server, message, len, answer, 20), P9_HEADER + 4);
	assert_int_equal(number(P9_HEADER), EMSGSIZE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(files, setup, teardown),
		cmocka_unit_test_setup_teardown(names, setup, teardown),
		cmocka_unit_test_setup_teardown(directory, setup, teardown),
		cmocka_unit_test_setup_teardown(ways_out, setup, teardown),
		cmocka_unit_test_setup_teardown(rights, setup, teardown),
		cmocka_unit_test_setup_teardown(read_only, setup_read_only, teardown),
		cmocka_unit_test_setup_teardown(cage, setup, teardown),
		cmocka_unit_test_setup_teardown(malformed, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
