/* SPDX-License-Identifier: MIT */
/* tmpfs: mount with a limit, files, directories, links, holes, rename, deleted-but-open, umount. */
#define _GNU_SOURCE
#include "check.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

#define MOUNT "/tmp/tmpfs-test"
#define MIB (1 << 20)

static char block[65536];

static void test_limit(void)
{
	struct statfs fs;
	size_t written = 0;
	ssize_t n;
	int fd = CHECK_OK(open("big", O_RDWR | O_CREAT, 0600));

	CHECK_OK(statfs(".", &fs));
	CHECK_EQ(fs.f_type, 0x01021994);
	CHECK_EQ(fs.f_blocks * fs.f_bsize, 4 * MIB);
	while ((n = write(fd, block, sizeof(block))) > 0)
		written += n;
	CHECK_EQ(errno, ENOSPC);
	CHECK_RANGE(written, 4 * MIB - 65536.0, 4 * MIB);
	CHECK_OK(ftruncate(fd, 0));
	CHECK_EQ(write(fd, "again", 5), 5);
	close(fd);
	CHECK_OK(unlink("big"));
}

static void test_sparse(void)
{
	struct stat st;
	char byte = 1;
	int fd = CHECK_OK(open("hole", O_RDWR | O_CREAT, 0600));

	CHECK_EQ(pwrite(fd, "end", 3, 100l * MIB), 3);
	CHECK_OK(fstat(fd, &st));
	CHECK_EQ(st.st_size, 100l * MIB + 3);
	CHECK(st.st_blocks * 512 <= 8192);
	CHECK_EQ(pread(fd, &byte, 1, 50l * MIB), 1);
	CHECK_EQ(byte, 0);
	CHECK_EQ(lseek(fd, 0, SEEK_DATA), 100l * MIB);
	close(fd);
	CHECK_OK(unlink("hole"));
}

static void test_names(void)
{
	char name[64], target[64] = "";
	struct stat st;
	struct dirent *entry;
	int fd, seen = 0;
	DIR *dir;

	CHECK_OK(mkdir("d", 0750));
	for (int i = 0; i < 200; i++) {
		snprintf(name, sizeof(name), "d/file-%d", i);
		fd = CHECK_OK(open(name, O_WRONLY | O_CREAT | O_EXCL, 0640));
		CHECK_EQ(write(fd, block, i), i);
		close(fd);
	}
	CHECK_ERRNO(open("d/file-3", O_WRONLY | O_CREAT | O_EXCL, 0640), EEXIST);
	dir = opendir("d");
	while ((entry = readdir(dir)))
		seen += entry->d_name[0] == 'f';
	closedir(dir);
	CHECK_EQ(seen, 200);
	CHECK_OK(symlink("d/file-9", "s"));
	CHECK_OK(link("d/file-9", "hard"));
	CHECK_OK(stat("s", &st));
	CHECK_EQ(st.st_size, 9);
	CHECK_EQ(st.st_nlink, 2);
	CHECK_EQ(st.st_mode & 07777, 0640);
	CHECK_EQ(readlink("s", target, sizeof(target)), 8);
	CHECK_STR(target, "d/file-9");
	CHECK_OK(rename("hard", "d/file-10"));
	CHECK_OK(stat("d/file-10", &st));
	CHECK_EQ(st.st_size, 9);
	CHECK_ERRNO(rmdir("d"), ENOTEMPTY);
	CHECK_OK(mkfifo("fifo", 0600));
	CHECK_OK(stat("fifo", &st));
	CHECK(S_ISFIFO(st.st_mode));
	CHECK_ERRNO(open("d/nothing", O_RDONLY), ENOENT);
	CHECK_ERRNO(open("d/file-1/x", O_RDONLY), ENOTDIR);
}

static void test_deleted(void)
{
	char text[5] = "";
	int fd = CHECK_OK(open("gone", O_RDWR | O_CREAT, 0600));

	CHECK_EQ(write(fd, "kept", 5), 5);
	CHECK_OK(unlink("gone"));
	CHECK_ERRNO(access("gone", F_OK), ENOENT);
	CHECK_EQ(pread(fd, text, 5, 0), 5);
	CHECK_STR(text, "kept");
	CHECK_OK(chdir("/"));
	CHECK_ERRNO(umount(MOUNT), EBUSY);
	close(fd);
}

int main(void)
{
	check_start("tmpfs");
	umask(0);
	mkdir("/tmp", 0777);
	mkdir(MOUNT, 0700);
	if (mount("test", MOUNT, "tmpfs", 0, "size=4m"))
		check_die("mount tmpfs on %s", MOUNT);
	CHECK_OK(chdir(MOUNT));
	test_limit();
	test_sparse();
	test_names();
	test_deleted();
	CHECK_OK(umount(MOUNT));
	CHECK_ERRNO(access(MOUNT "/d", F_OK), ENOENT);
	CHECK_OK(rmdir(MOUNT));
	return check_done();
}
