// SPDX-License-Identifier: MIT
/* PNG files of frame buffers. */
#define _GNU_SOURCE
#include "screenshot.h"

#include <errno.h>
#include <png.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void convert_16(unsigned char *to, const char *from, uint32_t width)
{
	for (uint32_t x = 0; x < width; x++) {
		uint16_t p;

		memcpy(&p, from + 2 * x, sizeof(p));
		/* the lowest bits as the highest, so that white is white */
		*to++ = (p >> 11) << 3 | p >> 13;
		*to++ = (p >> 5 & 63) << 2 | (p >> 9 & 3);
		*to++ = (p & 31) << 3 | (p >> 2 & 7);
	}
}

static void convert_32(unsigned char *to, const char *from, uint32_t width)
{
	for (uint32_t x = 0; x < width; x++) {
		*to++ = from[4 * x + 2];
		*to++ = from[4 * x + 1];
		*to++ = from[4 * x];
	}
}

static void convert(unsigned char *to, const struct l4_ux_screen_view *v, const char *pixels)
{
	for (uint32_t y = 0; y < v->height; y++, to += 3UL * v->width) {
		const char *line = pixels + (uint64_t)y * v->pitch;

		if (v->depth == 16)
			convert_16(to, line, v->width);
		else
			convert_32(to, line, v->width);
	}
}

/* To a new file beside @path, whose name goes to @name. 0 or negative errno. */
static int write_new(const char *path, char **name, png_image *image, const void *rgb)
{
	FILE *f = NULL;
	int fd = -1, e = 0;

	if (asprintf(name, "%s.XXXXXX", path) < 0) {
		*name = NULL;
		return -ENOMEM;
	}
	fd = mkstemp(*name);
	if (fd >= 0)
		f = fdopen(fd, "wb");
	if (!f)
		return -errno;
	errno = 0;
	if (!png_image_write_to_stdio(image, f, 0, rgb, 0, NULL))
		e = errno ? -errno : -EIO;
	if (fclose(f) && !e)
		e = -errno;
	return e;
}

int screenshot_write(const char *path, const struct l4_ux_screen_view *view,
		     const char *const *pixels, unsigned views)
{
	png_image image = {
		.version = PNG_IMAGE_VERSION,
		.format = PNG_FORMAT_RGB,
		.flags = PNG_IMAGE_FLAG_FAST,
		.width = view[0].width,
	};
	unsigned char *rgb, *to;
	char *name = NULL;
	size_t bytes;
	mode_t mask;
	int e;

	for (unsigned i = 0; i < views; i++)
		image.height += view[i].height;
	bytes = 3UL * image.width * image.height;
	if (!bytes)
		return -EINVAL;
	to = rgb = malloc(bytes);
	if (!rgb)
		return -ENOMEM;
	for (unsigned i = 0; i < views; i++) {
		convert(to, &view[i], pixels[i]);
		to += 3UL * view[i].width * view[i].height;
	}
	e = write_new(path, &name, &image, rgb);
	mask = umask(0);
	umask(mask);
	if (!e && (chmod(name, 0666 & ~mask) < 0 || rename(name, path) < 0))
		e = -errno;
	if (e && name)
		unlink(name);
	free(name);
	free(rgb);
	return e;
}
