/* SPDX-License-Identifier: MIT */
/*
 * The screen as a Linux program sees it. Needs --gui, so it is not one of "all".
 *
 * "screen draw" draws into a mapping of /dev/fb0, and reads it back with read(). "screen events"
 * reads /dev/input/event0 until a key comes: positions (n % width, n / width) for n = 1, 2, ..., as
 * fast as they are sent; none may be missing. What does not change, Linux does not pass on.
 */
#define _GNU_SOURCE
#include "check.h"

#include <fcntl.h>
#include <linux/fb.h>
#include <linux/input.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static int fb;
static struct fb_var_screeninfo var;
static struct fb_fix_screeninfo fix;

static uint32_t *map_screen(void)
{
	void *p = mmap(NULL, fix.smem_len, PROT_READ | PROT_WRITE, MAP_SHARED, fb, 0);

	if (p == MAP_FAILED)
		check_die("mmap /dev/fb0");
	return p;
}

static void fill(uint32_t *pixels, unsigned from, unsigned to, uint32_t pixel)
{
	for (unsigned y = from; y < to; y++)
		for (unsigned x = 0; x < var.xres; x++)
			pixels[y * fix.line_length / 4 + x] = pixel;
}

static uint32_t at(unsigned x, unsigned y)
{
	uint32_t pixel = 0;

	CHECK_EQ(pread(fb, &pixel, 4, y * fix.line_length + 4 * x), 4);
	return pixel;
}

static void draw(void)
{
	unsigned third = var.yres / 3;
	uint32_t *pixels = map_screen(), *again, line[4096];
	pid_t child;

	CHECK_EQ(var.bits_per_pixel, 32);
	CHECK_ERRNO((long)mmap(NULL, 2 * fix.smem_len, PROT_READ, MAP_SHARED, fb, 0), EINVAL);
	CHECK_ERRNO((long)mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE, fb, 0), EINVAL);
	fill(pixels, 0, third, 0xff0000);
	CHECK_EQ(at(var.xres - 1, third - 1), 0xff0000);
	/* a child has the mapping, too; what was mapped before stays when it ends */
	child = fork();
	if (!child) {
		fill(pixels, third, 2 * third, 0x00ff00);
		check_child_exit();
	}
	CHECK_EXIT(child, 0);
	CHECK_EQ(at(3, 2 * third - 1), 0x00ff00);
	CHECK_EQ(pixels[(2 * third - 1) * fix.line_length / 4], 0x00ff00);
	again = map_screen();
	CHECK_OK(munmap(pixels, fix.smem_len));
	CHECK_EQ(again[0], 0xff0000);
	CHECK_OK(munmap(again, fix.smem_len));
	/* the rest with write() */
	for (unsigned x = 0; x < var.xres; x++)
		line[x] = 0x0000ff;
	for (unsigned y = 2 * third; y < var.yres; y++)
		CHECK_EQ(pwrite(fb, line, 4 * var.xres, y * fix.line_length), 4 * var.xres);
	CHECK_EQ(at(0, var.yres - 1), 0x0000ff);
}

static void events(void)
{
	int fd = open("/dev/input/event0", O_RDONLY);
	unsigned long got = 0, expected = 1;
	struct input_event e[512];
	unsigned x = 0, y = 0;

	if (fd < 0)
		check_die("open /dev/input/event0");
	CHECK_EQ(write(1, "ready\n", 6), 6);
	for (;;) {
		ssize_t n = read(fd, e, sizeof(e)) / (ssize_t)sizeof(e[0]);

		if (n <= 0)
			check_die("read /dev/input/event0");
		got += n;
		for (ssize_t i = 0; i < n; i++) {
			if (e[i].type == EV_KEY) {
				check_note("%lu events, %lu positions", got, expected - 1);
				return;
			}
			if (e[i].type == EV_SYN && e[i].code == SYN_DROPPED)
				check_die("events were dropped after %lu positions", expected);
			if (e[i].type == EV_ABS && e[i].code == ABS_X)
				x = e[i].value;
			else if (e[i].type == EV_ABS)
				y = e[i].value;
			else if (x + (unsigned long)y * var.xres != expected++)
				check_die("position %lu is %u, %u", expected - 1, x, y);
		}
	}
}

int main(int argc, char **argv)
{
	check_start("screen");
	fb = open("/dev/fb0", O_RDWR);
	if (fb < 0)
		check_skip("there is no /dev/fb0: --gui");
	CHECK_OK(ioctl(fb, FBIOGET_VSCREENINFO, &var));
	CHECK_OK(ioctl(fb, FBIOGET_FSCREENINFO, &fix));
	if (argc > 1 && !strcmp(argv[1], "events"))
		events();
	else
		draw();
	return check_done();
}
