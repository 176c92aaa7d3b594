// SPDX-License-Identifier: MIT
/* A session that goes on in another process, and what a process that was taken over may leave. */
#define _GNU_SOURCE
#include "devices/p9.h"
#include "devices/p9_keep.h"
#include "devices/p9_wire.h"
#include "p9_client.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define ROOT 1U
#define NEW 2U
#define OTHER 3U

static struct p9 server;
static struct p9_keep keep;
static char top[64];
static uint8_t message[P9_MSIZE_MAX], answer[P9_MSIZE_MAX];

/* 0 or the error of the answer. */
static int send_it(size_t len)
{
	uint32_t e = 0;

	assert_true(p9_answer(&server, message, len, answer, sizeof(answer)) >= P9_HEADER);
	if (answer[4] == P9_RLERROR)
		memcpy(&e, answer + P9_HEADER, sizeof(e));
	return (int)e;
}

/* The next request; the last one once more. */
#define SEND(...) (server.position++, send_it(p9_message(message, __VA_ARGS__)))
#define AGAIN(...) send_it(p9_message(message, __VA_ARGS__))

#define WALK(number, name) SEND(P9_TWALK, "442s", ROOT, number, 1, name)
#define OPEN(number, flags) SEND(P9_TLOPEN, "44", number, flags)
#define CLUNK(number) SEND(P9_TCLUNK, "4", number)

static int content(unsigned number, const char *text)
{
	int e = SEND(P9_TREAD, "484", number, 0UL, 100);

	if (!e)
		assert_memory_equal(answer + P9_HEADER + 4, text, strlen(text));
	return e;
}

static void let_go(void)
{
	for (unsigned i = 0; i < P9_FIDS_MAX; i++)
		if (keep.slot[i].fid.flags & P9_KEEP_USED && server.fids.fid[i].path > 0) {
			close(server.fids.fid[i].path);
			if (server.fids.fid[i].file >= 0)
				close(server.fids.fid[i].file);
		}
	free(server.fids.fid);
	free(server.fids.bucket);
}

/* The process ends; another one takes over. */
static void replace(bool same_files)
{
	struct p9 old = server;

	let_go();
	assert_int_equal(p9_init(&server, old.root, old.self, &keep), 0);
	server.read_only = old.read_only;
	server.same_files = same_files;
	server.position = old.position;
}

static int setup(void **state)
{
	int root, self;

	(void)state;
	p9_place_make(top, &root, &self);
	memset(&keep, 0, sizeof(keep));
	assert_int_equal(p9_init(&server, root, self, &keep), 0);
	server.same_files = true;
	assert_int_equal(SEND(P9_TVERSION, "4s", 65536, P9_VERSION), 0);
	assert_int_equal(SEND(P9_TATTACH, "44ss4", ROOT, P9_NO_FID, "", "", 0), 0);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	let_go();
	close(server.root);
	close(server.self);
	assert_true(p9_place_intact(top));
	p9_place_remove(top);
	return 0;
}

static void open_files(void **state)
{
	(void)state;
	assert_int_equal(WALK(NEW, "file"), 0);
	assert_int_equal(OPEN(NEW, O_RDWR), 0);
	assert_int_equal(WALK(OTHER, "dir"), 0);
	assert_int_equal(SEND(P9_TLCREATE, "4s444", OTHER, "made", O_RDWR, 0640, 0), 0);
	assert_int_equal(SEND(P9_TWRITE, "4844", OTHER, 0UL, 4, 0x21212121), 0);
	replace(true);
	assert_int_equal(content(NEW, "content"), 0);
	assert_int_equal(server.msize, 65536);
	assert_int_equal(content(OTHER, "!!!!"), 0);
	assert_int_equal(SEND(P9_TWRITE, "4844", OTHER, 4UL, 4, 0x21212121), 0);
	assert_int_equal(CLUNK(NEW), 0);
	replace(true);
	assert_int_equal(content(NEW, "content"), ESTALE);
	assert_int_equal(content(OTHER, "!!!!!!!!"), 0);
	assert_int_equal(WALK(NEW, "dir"), 0);
}

/* What it is called meanwhile, and what is under it. */
static void moved(void **state)
{
	(void)state;
	assert_int_equal(WALK(OTHER, "dir"), 0);
	assert_int_equal(SEND(P9_TLCREATE, "4s444", OTHER, "made", O_RDWR, 0640, 0), 0);
	assert_int_equal(WALK(NEW, "file"), 0);
	assert_int_equal(OPEN(NEW, O_RDONLY), 0);
	assert_int_equal(SEND(P9_TRENAMEAT, "4s4s", ROOT, "dir", ROOT, "directory"), 0);
	assert_int_equal(SEND(P9_TMKDIR, "4s44", ROOT, "dir", 0755, 0), 0);
	assert_int_equal(SEND(P9_TWALK, "442", ROOT, 4, 0), 0);
	assert_int_equal(SEND(P9_TLCREATE, "4s444", 4, "new", O_WRONLY, 0600, 0), 0);
	assert_int_equal(SEND(P9_TRENAMEAT, "4s4s", ROOT, "new", ROOT, "file"), 0);
	assert_string_equal(keep.slot[1].path, "directory/made");
	replace(true);
	assert_int_equal(SEND(P9_TWRITE, "4844", OTHER, 0UL, 4, 0x21212121), 0);
	assert_int_equal(content(OTHER, "!!!!"), 0);
	/* Another one stands where it was. */
	assert_int_equal(content(NEW, "content"), ESTALE);
	assert_int_equal(SEND(P9_TWRITE, "4844", 4, 0UL, 4, 0x21212121), 0);
}

static void gone(void **state)
{
	char path[128];
	FILE *f;

	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		assert_int_equal(SEND(P9_TWALK, "442", ROOT, 10 + i, 0), 0);
		assert_int_equal(SEND(P9_TLCREATE, "4s444", 10 + i, i ? i > 1 ? "c" : "b" : "a",
				      O_RDWR, 0600, 0),
				 0);
	}
	assert_int_equal(SEND(P9_TUNLINKAT, "4s4", ROOT, "a", 0), 0);
	assert_int_equal(SEND(P9_TWRITE, "4844", 10, 0UL, 4, 0x21212121), 0);
	snprintf(path, sizeof(path), "%s/share/d", top);
	f = fopen(path, "w");
	assert_non_null(f);
	fputs("of the host", f);
	fclose(f);
	snprintf(path, sizeof(path), "%s/share/b", top);
	assert_int_equal(unlink(path), 0);
	snprintf(path, sizeof(path), "%s/share/c", top);
	assert_int_equal(unlink(path), 0);
	replace(true);
	assert_int_equal(content(10, ""), ESTALE);
	assert_int_equal(content(11, ""), ESTALE);
	assert_int_equal(WALK(10, "d"), 0);
	assert_int_equal(OPEN(10, O_RDONLY), 0);
	assert_int_equal(content(10, "of the host"), 0);
}

/* The host has another file there: not the one that was open, unless that is long ago. */
static void another(void **state)
{
	char path[128], new_path[128];
	FILE *f;

	(void)state;
	assert_int_equal(WALK(NEW, "file"), 0);
	assert_int_equal(OPEN(NEW, O_RDONLY), 0);
	snprintf(path, sizeof(path), "%s/share/file", top);
	snprintf(new_path, sizeof(new_path), "%s/share/file.new", top);
	f = fopen(new_path, "w");
	assert_non_null(f);
	fputs("other", f);
	fclose(f);
	assert_int_equal(rename(new_path, path), 0);
	replace(false);
	assert_int_equal(content(NEW, "other"), 0);
	replace(true); /* the one after that finds this file, not the one of before */
	assert_int_equal(content(NEW, "other"), 0);
	keep.slot[1].fid.inode++;
	replace(true);
	assert_int_equal(content(NEW, "other"), ESTALE);
	assert_int_equal(WALK(NEW, "file"), 0);
	keep.slot[1].fid.type = S_IFDIR;
	replace(false);
	assert_int_equal(SEND(P9_TGETATTR, "48", NEW, 0UL), ESTALE);
}

/* The process has done it and died before it could say so. */
#define TWICE(...) \
	do { \
		assert_int_equal(SEND(__VA_ARGS__), 0); \
		replace(true); \
		assert_int_equal(AGAIN(__VA_ARGS__), 0); \
	} while (0)

static void done_twice(void **state)
{
	(void)state;
	TWICE(P9_TMKDIR, "4s44", ROOT, "new", 0755, 0);
	TWICE(P9_TRENAMEAT, "4s4s", ROOT, "new", ROOT, "renamed");
	TWICE(P9_TWALK, "442s", ROOT, NEW, 1, "renamed");
	TWICE(P9_TLCREATE, "4s444", NEW, "made", O_RDWR | O_EXCL, 0640, 0);
	TWICE(P9_TWRITE, "4844", NEW, 0UL, 4, 0x21212121);
	TWICE(P9_TCLUNK, "4", NEW);
	TWICE(P9_TSYMLINK, "4ss4", ROOT, "link", "anywhere", 0);
	TWICE(P9_TWALK, "442s", ROOT, NEW, 1, "file");
	TWICE(P9_TLINK, "44s", ROOT, NEW, "second");
	TWICE(P9_TLOPEN, "44", NEW, O_RDONLY);
	TWICE(P9_TUNLINKAT, "4s4", ROOT, "second", 0);
	TWICE(P9_TMKNOD, "4s4444", ROOT, "node", S_IFREG | 0600, 0, 0, 0);
	TWICE(P9_TWALK, "442s", ROOT, OTHER, 1, "dir");
	/* The fid itself goes on. */
	assert_int_equal(SEND(P9_TMKDIR, "4s44", OTHER, "sub", 0755, 0), 0);
	TWICE(P9_TWALK, "442s", OTHER, OTHER, 1, "sub");
	assert_int_equal(SEND(P9_TMKDIR, "4s44", OTHER, "below", 0755, 0), 0);
	/* Not one that came later, and not one whose answer was given. */
	assert_int_equal(SEND(P9_TMKDIR, "4s44", ROOT, "new", 0755, 0), 0);
	replace(true);
	assert_int_equal(SEND(P9_TMKDIR, "4s44", ROOT, "new", 0755, 0), EEXIST);
	replace(false);
	assert_int_equal(AGAIN(P9_TMKDIR, "4s44", ROOT, "new", 0755, 0), EEXIST);
}

/* A fid that was moved by the request the process died in. */
static void moved_twice(void **state)
{
	(void)state;
	assert_int_equal(WALK(NEW, "file"), 0);
	assert_int_equal(OPEN(NEW, O_RDONLY), 0);
	assert_int_equal(SEND(P9_TRENAMEAT, "4s4s", ROOT, "file", ROOT, "moved"), 0);
	memcpy(keep.slot[1].path, "file", 5); /* that far it had not come */
	keep.slot[1].fid.length = 4;
	replace(true);
	assert_int_equal(AGAIN(P9_TRENAMEAT, "4s4s", ROOT, "file", ROOT, "moved"), 0);
	assert_int_equal(content(NEW, "content"), 0);
	TWICE(P9_TRENAMEAT, "4s4s", ROOT, "moved", ROOT, "file");
	assert_int_equal(content(NEW, "content"), 0);
}

/* Fid NEW as someone has written it down who wants out. */
static int forged(const char *path, unsigned length, unsigned flags)
{
	struct p9_keep_slot *s = &keep.slot[1];

	s->fid = (struct p9_keep_fid){
		.number = NEW, .flags = flags, .type = S_IFREG, .length = length, .open = ~0U
	};
	memset(s->path, 'x', sizeof(s->path));
	memcpy(s->path, path, strlen(path) + 1);
	keep.slots = 2;
	replace(false);
	return content(NEW, "content");
}

static void forgeries(void **state)
{
	static const char *const paths[] = {
		"../outside/secret", "/etc/passwd", "up",    "far/secret", "dir/../file", "./file",
		"dir//file",         "file/",       "/file", "dir/..",     "..",          "."
	};
	unsigned all = P9_KEEP_USED | P9_KEEP_KNOWN | P9_KEEP_OPEN;

	(void)state;
	for (unsigned i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		assert_int_equal(forged(paths[i], strlen(paths[i]), all), ESTALE);
	assert_int_equal(forged("file", 3, all), ESTALE);
	assert_int_equal(forged("file", 9, all), ESTALE);
	assert_int_equal(forged("file", P9_KEEP_PATH, all), ESTALE);
	assert_int_equal(forged("file", 65535, all), ESTALE);
	assert_int_equal(forged("file", 4, P9_KEEP_KNOWN | P9_KEEP_OPEN), ESTALE);
	server.read_only = true;
	assert_int_equal(forged("file", 4, all), ESTALE);
	server.read_only = false;
	keep.slot[1].fid.open = O_RDONLY;
	/* Two with one number: the first counts. */
	assert_int_equal(WALK(NEW, "file"), 0);
	keep.slot[2] = keep.slot[1];
	keep.slots = 3;
	replace(false);
	assert_int_equal(CLUNK(NEW), 0);
	assert_int_equal(CLUNK(NEW), ESTALE);
	/* Changes of what there is not. */
	keep.changes = ~0U;
	keep.change[0] = (struct p9_keep_change){ .slot = ~0U };
	keep.change[1] = (struct p9_keep_change){ .slot = 1, .was = { .length = 65535 } };
	replace(true);
	assert_int_equal(AGAIN(P9_TGETATTR, "48", ROOT, 0UL), 0);
}

/* What makes no sense as a whole is a session that has not begun. */
static void no_session(void **state)
{
	(void)state;
	keep.slots = P9_FIDS_MAX + 1;
	replace(true);
	assert_int_equal(SEND(P9_TGETATTR, "48", ROOT, 0UL), ESTALE);
	assert_int_equal(SEND(P9_TATTACH, "44ss4", ROOT, P9_NO_FID, "", "", 0), 0);
	keep.msize = P9_MSIZE_MAX + 1;
	replace(true);
	assert_int_equal(SEND(P9_TGETATTR, "48", ROOT, 0UL), ESTALE);
	assert_int_equal(SEND(P9_TATTACH, "44ss4", ROOT, P9_NO_FID, "", "", 0), 0);
	keep.version++;
	replace(true);
	assert_int_equal(SEND(P9_TGETATTR, "48", ROOT, 0UL), ESTALE);
	assert_int_equal(server.msize, P9_MSIZE_MIN);
}

/* A path that is too long works as long as the process does. */
static void long_path(void **state)
{
	char name[201];
	unsigned depth;

	(void)state;
	memset(name, 'n', 200);
	name[200] = 0;
	assert_int_equal(SEND(P9_TWALK, "442", ROOT, NEW, 0), 0);
	for (depth = 0; depth < 8; depth++) {
		assert_int_equal(SEND(P9_TMKDIR, "4s44", NEW, name, 0755, 0), 0);
		assert_int_equal(SEND(P9_TWALK, "442s", NEW, NEW, 1, name), 0);
	}
	assert_int_equal(SEND(P9_TGETATTR, "48", NEW, 0UL), 0);
	assert_int_equal(SEND(P9_TRENAMEAT, "4s4s", NEW, name, NEW, "no"), ENOENT);
	/* What it is moved onto is not there any more. */
	assert_int_equal(SEND(P9_TMKNOD, "4s4444", NEW, name, S_IFREG | 0600, 0, 0, 0), 0);
	assert_int_equal(WALK(OTHER, "file"), 0);
	assert_int_equal(SEND(P9_TRENAMEAT, "4s4s", NEW, name, ROOT, "file"), 0);
	assert_int_equal(keep.slot[2].fid.number, OTHER);
	assert_false(keep.slot[2].fid.flags & P9_KEEP_KNOWN);
	replace(true);
	assert_int_equal(SEND(P9_TGETATTR, "48", NEW, 0UL), ESTALE);
	assert_int_equal(SEND(P9_TGETATTR, "48", ROOT, 0UL), 0);
}

/* There is room for the fids of a large guest; a small one does not pay for it. */
static void little_memory(void **state)
{
	int fd = memfd_create("keep", MFD_CLOEXEC);
	struct p9 other = server;
	struct p9_keep *k;
	struct stat st;

	(void)state;
	assert_int_equal(ftruncate(fd, sizeof(*k)), 0);
	k = mmap(NULL, sizeof(*k), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	assert_ptr_not_equal(k, MAP_FAILED);
	assert_int_equal(p9_init(&server, other.root, other.self, k), 0);
	assert_int_equal(SEND(P9_TVERSION, "4s", 65536, P9_VERSION), 0);
	assert_int_equal(SEND(P9_TATTACH, "44ss4", ROOT, P9_NO_FID, "", "", 0), 0);
	assert_int_equal(fstat(fd, &st), 0);
	assert_in_range(st.st_blocks * 512L, 1, 65536);
	assert_int_equal(CLUNK(ROOT), 0);
	free(server.fids.fid);
	free(server.fids.bucket);
	server = other;
	munmap(k, sizeof(*k));
	close(fd);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(open_files), TEST(moved),         TEST(gone),      TEST(another),
		TEST(done_twice), TEST(moved_twice),   TEST(forgeries), TEST(no_session),
		TEST(long_path),  TEST(little_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
