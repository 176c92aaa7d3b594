// SPDX-License-Identifier: MIT
/* Screenshots against expected ones. */
#define _GNU_SOURCE
#include "screen.h"

#include "test.h"

#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <png.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PIXEL 3U
#define PIXELS_MAX (1UL << 26) /* of a picture that is read */
#define PALE 4                 /* what is equal is shown pale in the picture of differences */

struct picture {
	uint32_t width, height;
	unsigned char *rgb;
};

/* X,Y,WIDTHxHEIGHT */
static bool parse_region(struct test_screen *s, const char *text)
{
	static const char behind[] = { ',', ',', 'x', 0 };
	unsigned long value[sizeof(behind)];
	char *end;

	for (unsigned i = 0; i < sizeof(behind); i++, text = end + 1) {
		value[i] = strtoul(text, &end, 10);
		if (*text < '0' || *text > '9' || *end != behind[i] || value[i] > UINT16_MAX)
			return false;
	}
	if (s->regions == SCREEN_REGIONS || !value[2] || !value[3])
		return false;
	s->region[s->regions++] = (struct screen_region){ value[0], value[1], value[2], value[3] };
	return true;
}

static bool parse_differ(struct test_screen *s, const char *text)
{
	char *end;

	s->differ = strtod(text, &end);
	s->percent = *end == '%';
	return end != text && !end[s->percent] && s->differ >= 0 && s->differ <= 1e9;
}

static bool parse_tolerance(struct test_screen *s, const char *text)
{
	char *end;
	unsigned long n = strtoul(text, &end, 10);

	s->tolerance = (unsigned)n;
	return *text >= '0' && *text <= '9' && !*end && n < 256;
}

const char *screen_parse(struct test_screen *s, char **word, unsigned words)
{
	*s = (struct test_screen){ 0 };
	if (!words || strchr(word[0], '='))
		return "screen begins with the name of a PNG file";
	s->file = strdup(word[0]);
	for (unsigned i = 1; i < words; i++) {
		bool good = false;

		if (!strncmp(word[i], "at=", 3))
			good = word[i][3] && (s->at = strdup(word[i] + 3));
		else if (!strncmp(word[i], "tolerance=", 10))
			good = parse_tolerance(s, word[i] + 10);
		else if (!strncmp(word[i], "differ=", 7))
			good = parse_differ(s, word[i] + 7);
		else if (!strncmp(word[i], "region=", 7))
			good = parse_region(s, word[i] + 7);
		if (!good)
			return "screen: behind the file come at=TEXT, tolerance=0...255, "
			       "differ=PIXELS or N%, and up to 8 region=X,Y,WIDTHxHEIGHT";
	}
	return s->file ? NULL : "out of memory";
}

/* Of picture @n; @kind is actual, expected or difference. */
static char *name_of(const char *directory, const struct test_screen *s, unsigned n,
		     const char *kind)
{
	const char *slash = strrchr(s->file, '/'), *base = slash ? slash + 1 : s->file;
	size_t len = strlen(base);
	char *path;

	if (len > 4 && !strcmp(base + len - 4, ".png"))
		len -= 4;
	return asprintf(&path, "%s/%u-%.*s.%s.png", directory, n + 1, (int)len, base, kind) < 0
		       ? NULL
		       : path;
}

char *screen_option(const struct test_screen *s, const char *directory, unsigned n)
{
	char *path = name_of(directory, s, n, "actual"), *option = NULL;

	if (!path || asprintf(&option, "--screenshot=%s%s%s", path, s->at ? ",at=" : "",
			      s->at ? s->at : "") < 0)
		option = NULL;
	free(path);
	return option;
}

static bool picture_read(struct picture *p, const char *path)
{
	png_image image = { .version = PNG_IMAGE_VERSION };

	*p = (struct picture){ 0 };
	if (!png_image_begin_read_from_file(&image, path))
		return false;
	image.format = PNG_FORMAT_RGB;
	p->width = image.width;
	p->height = image.height;
	if ((uint64_t)image.width * image.height <= PIXELS_MAX)
		p->rgb = malloc(PNG_IMAGE_SIZE(image));
	if (p->rgb && png_image_finish_read(&image, NULL, p->rgb, 0, NULL))
		return true;
	png_image_free(&image);
	free(p->rgb);
	p->rgb = NULL;
	return false;
}

static bool picture_write(const struct picture *p, const char *path)
{
	png_image image = { .version = PNG_IMAGE_VERSION,
			    .format = PNG_FORMAT_RGB,
			    .width = p->width,
			    .height = p->height };

	return png_image_write_to_file(&image, path, 0, p->rgb, 0, NULL);
}

static bool is_compared(const struct test_screen *s, uint32_t x, uint32_t y)
{
	for (unsigned i = 0; i < s->regions; i++) {
		const struct screen_region *g = &s->region[i];

		if (x >= g->x && x - g->x < g->width && y >= g->y && y - g->y < g->height)
			return true;
	}
	return !s->regions;
}

static bool differs(const unsigned char *a, const unsigned char *b, unsigned tolerance)
{
	for (unsigned i = 0; i < PIXEL; i++)
		if ((unsigned)abs(a[i] - b[i]) > tolerance)
			return true;
	return false;
}

struct count {
	uint64_t compared, different;
	uint32_t x, y; /* of the first */
};

/* Compares, and makes of @a the picture of differences: those in red. */
static struct count compare(const struct test_screen *s, struct picture *a, const struct picture *b)
{
	struct count c = { 0 };

	for (uint32_t y = 0; y < a->height; y++)
		for (uint32_t x = 0; x < a->width; x++) {
			size_t at = ((size_t)y * a->width + x) * PIXEL;
			unsigned char *p = a->rgb + at;
			bool compared = is_compared(s, x, y);
			bool different = compared && differs(p, b->rgb + at, s->tolerance);

			c.compared += compared;
			if (different && !c.different++) {
				c.x = x;
				c.y = y;
			}
			p[0] = different ? 255 : 255 - (255 - p[0]) / PALE;
			p[1] = different ? 0 : 255 - (255 - p[1]) / PALE;
			p[2] = different ? 0 : 255 - (255 - p[2]) / PALE;
		}
	return c;
}

static bool copy(const char *from, const char *to)
{
	struct picture p;
	bool good = picture_read(&p, from) && picture_write(&p, to);

	free(p.rgb);
	return good;
}

/* Of two pictures that could be read. */
static bool judge(const struct test_screen *s, struct picture *actual,
		  const struct picture *expected, const char *difference, char *why, unsigned size)
{
	struct count c;
	double allowed;

	if (actual->width != expected->width || actual->height != expected->height) {
		snprintf(why, size, "the screen is %ux%u, %.100s is %ux%u", actual->width,
			 actual->height, s->file, expected->width, expected->height);
		return false;
	}
	c = compare(s, actual, expected);
	allowed = s->percent ? s->differ / 100 * (double)c.compared : s->differ;
	if (!c.compared) {
		snprintf(why, size, "no region of %.100s is on the screen", s->file);
		return false;
	}
	if ((double)c.different <= allowed)
		return true;
	snprintf(why, size,
		 "the screen is not %.100s: %llu of %llu pixels differ, the first at %u,%u",
		 s->file, (unsigned long long)c.different, (unsigned long long)c.compared, c.x,
		 c.y);
	if (!picture_write(actual, difference))
		snprintf(why, size, "cannot write %.200s", difference);
	return false;
}

static bool compare_one(const struct test_run *r, unsigned n, bool accept, char *why, unsigned size)
{
	const struct test_screen *s = &r->test->screen[n];
	char file[PATH_MAX], dir[PATH_MAX];
	char *actual = name_of(r->directory, s, n, "actual");
	char *kept = name_of(r->directory, s, n, "expected");
	char *difference = name_of(r->directory, s, n, "difference");
	struct picture is = { 0 }, should = { 0 };
	bool same = false;

	snprintf(dir, sizeof(dir), "%s", r->test->file);
	snprintf(file, sizeof(file), "%s/%s", *s->file == '/' ? "" : dirname(dir), s->file);
	if (!actual || !kept || !difference)
		snprintf(why, size, "out of memory");
	else if (!picture_read(&is, actual))
		snprintf(why, size, "there is no picture to compare with %.100s%s%.60s%s", s->file,
			 s->at ? ": \"" : "", s->at ? s->at : "",
			 s->at ? "\" was not printed" : "");
	else if (picture_read(&should, file))
		same = judge(s, &is, &should, difference, why, size);
	else
		snprintf(why, size, "cannot read %.100s; --accept makes it of what is shown",
			 s->file);
	if (!same && accept && is.rgb)
		same = copy(actual, file);
	else if (!same && should.rgb && kept)
		picture_write(&should, kept);
	free(is.rgb);
	free(should.rgb);
	free(actual);
	free(kept);
	free(difference);
	return same;
}

bool screen_compare(const struct test_run *r, bool accept, char *why, unsigned size)
{
	bool same = true;

	for (unsigned i = 0; i < r->test->screens; i++)
		same &= compare_one(r, i, accept, why, size);
	return same;
}
