/* SPDX-License-Identifier: MIT */
/*
 * An ext4 file system in a file, through the loop device: what the host's mkfs put into it is
 * found, what is written survives unmounting, and the file behind it holds the same bytes.
 */
#define _GNU_SOURCE
#include "check.h"

#include <fcntl.h>
#include <linux/loop.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

#define IMAGE "/tests/ext4.img"
#define MOUNT "/tmp/ext4-test"
#define BYTES (3u << 20)

static char device[32];

static uint32_t pattern(size_t i)
{
	return (uint32_t)i * 2654435761u ^ 0xe44;
}

static int attach(void)
{
	int control = open("/dev/loop-control", O_RDWR), number, loop, image;

	if (control < 0)
		check_skip("no loop devices in this kernel");
	number = CHECK_OK(ioctl(control, LOOP_CTL_GET_FREE));
	close(control);
	snprintf(device, sizeof(device), "/dev/loop%d", number);
	loop = open(device, O_RDWR);
	image = open(IMAGE, O_RDWR);
	if (loop < 0 || image < 0)
		check_die("open %s and %s", device, IMAGE);
	CHECK_OK(ioctl(loop, LOOP_SET_FD, image));
	close(image);
	return loop;
}

static void mount_it(unsigned long flags)
{
	struct statfs fs;

	if (mount(device, MOUNT, "ext4", flags, ""))
		check_die("mount %s as ext4", device);
	CHECK_OK(statfs(MOUNT, &fs));
	CHECK_EQ(fs.f_type, 0xef53);
}

static void write_files(void)
{
	uint32_t *words = malloc(BYTES);
	int fd;

	for (size_t i = 0; i < BYTES / 4; i++)
		words[i] = pattern(i);
	CHECK_OK(mkdir(MOUNT "/dir", 0755));
	fd = CHECK_OK(open(MOUNT "/dir/data", O_RDWR | O_CREAT | O_EXCL, 0644));
	CHECK_EQ(write(fd, words, BYTES), BYTES);
	CHECK_EQ(pwrite(fd, "far", 3, 100 << 20), 3);
	CHECK_OK(fsync(fd));
	close(fd);
	CHECK_OK(symlink("dir/data", MOUNT "/link"));
	for (int i = 0; i < 100; i++) {
		char name[64];

		snprintf(name, sizeof(name), MOUNT "/dir/small-%d", i);
		fd = CHECK_OK(open(name, O_WRONLY | O_CREAT, 0600));
		CHECK_EQ(write(fd, &i, sizeof(i)), sizeof(i));
		close(fd);
		if (i % 3 == 0)
			CHECK_OK(unlink(name));
	}
	free(words);
}

static void compare_files(void)
{
	uint32_t *words = calloc(1, BYTES);
	size_t wrong = 0;
	char far[3] = "";
	int fd, value;

	fd = CHECK_OK(open(MOUNT "/link", O_RDONLY));
	CHECK_EQ(read(fd, words, BYTES), BYTES);
	for (size_t i = 0; i < BYTES / 4; i++)
		wrong += words[i] != pattern(i);
	CHECK_EQ(wrong, 0);
	CHECK_EQ(pread(fd, far, 3, 100 << 20), 3);
	CHECK_MEM(far, "far", 3);
	close(fd);
	for (int i = 0; i < 100; i++) {
		char name[64];

		snprintf(name, sizeof(name), MOUNT "/dir/small-%d", i);
		fd = open(name, O_RDONLY);
		CHECK_EQ(fd < 0, i % 3 == 0);
		if (fd < 0)
			continue;
		CHECK_EQ(read(fd, &value, sizeof(value)), sizeof(value));
		CHECK_EQ(value, i);
		close(fd);
	}
	free(words);
}

int main(void)
{
	char text[32] = "";
	int loop, fd;

	check_start("ext4");
	mkdir("/tmp", 0777);
	mkdir(MOUNT, 0700);
	loop = attach();
	mount_it(0);
	fd = CHECK_OK(open(MOUNT "/made-by-mkfs", O_RDONLY));
	CHECK(read(fd, text, sizeof(text) - 1) > 0);
	CHECK_STR(text, "from the host\n");
	close(fd);
	write_files();
	compare_files();
	CHECK_OK(umount(MOUNT));
	CHECK_ERRNO(access(MOUNT "/dir", F_OK), ENOENT);
	CHECK_OK(ioctl(loop, LOOP_CLR_FD, 0));
	close(loop);

	/* A fresh loop device has no cached page of the old one. */
	loop = attach();
	mount_it(MS_RDONLY);
	compare_files();
	CHECK_ERRNO(open(MOUNT "/new", O_WRONLY | O_CREAT, 0600), EROFS);
	CHECK_OK(umount(MOUNT));
	CHECK_OK(ioctl(loop, LOOP_CLR_FD, 0));
	close(loop);
	return check_done();
}
