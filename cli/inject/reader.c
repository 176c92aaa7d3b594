// SPDX-License-Identifier: MIT
/* JSON with paths in its complaints. */
#include "reader.h"

#include "../../ux-kernel/host/report.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define FILE_MAX (1UL << 20)

static size_t feed(void *buffer, size_t size, void *data)
{
	return fread(buffer, 1, size, data);
}

json_t *reader_load(struct reader *r, const char *file)
{
	json_error_t e;
	json_t *root;
	FILE *f = fopen(file, "re");
	long size;

	*r = (struct reader){ .file = file };
	if (!f) {
		reader_fail(r, NULL, "cannot open it: %m");
		return NULL;
	}
	fseek(f, 0, SEEK_END);
	size = ftell(f);
	rewind(f);
	if (size < 0 || size > (long)FILE_MAX) {
		reader_fail(r, NULL, "not a file of at most %lu bytes", FILE_MAX);
		fclose(f);
		return NULL;
	}
	root = json_load_callback(feed, f, JSON_REJECT_DUPLICATES, &e);
	fclose(f);
	if (!root)
		reader_fail(r, NULL, "line %d, column %d: %s", e.line, e.column, e.text);
	else if (!json_is_object(root))
		reader_fail(r, NULL, "must be an object: { ... }");
	if (!r->failed)
		return root;
	json_decref(root);
	return NULL;
}

static size_t print_path(const struct reader *r, const char *key, char *buf, size_t size)
{
	size_t n = 0;

	for (unsigned i = 0; i < r->depth && n < size; i++) {
		n += snprintf(buf + n, size - n, "%s%s", i ? "." : "", r->path[i].key);
		if (n < size && r->path[i].index != ~(size_t)0)
			n += snprintf(buf + n, size - n, "[%zu]", r->path[i].index);
	}
	if (key && n < size)
		n += snprintf(buf + n, size - n, "%s%s", n ? "." : "", key);
	return n;
}

/* What the file says may be anything. */
static void one_line(char *s)
{
	for (; *s; s++)
		if ((unsigned char)*s < ' ' || *s == 0x7f)
			*s = '?';
}

bool reader_fail(struct reader *r, const char *key, const char *fmt, ...)
{
	char path[256] = "", text[512];
	va_list ap;

	if (r->failed)
		return false;
	r->failed = true;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	print_path(r, key, path, sizeof(path));
	one_line(path);
	one_line(text);
	report_error("%s: %s%s%s", r->file, path, path[0] ? ": " : "", text);
	return false;
}

void reader_only(struct reader *r, const json_t *o, const char *const *known)
{
	const char *key;
	json_t *value;

	json_object_foreach((json_t *)o, key, value)
	{
		const char *const *k = known;

		while (*k && strcmp(*k, key) != 0)
			k++;
		if (!*k)
			reader_fail(r, key, "is not known; misspelled?");
	}
}

const char *reader_string(struct reader *r, const json_t *o, const char *key, const char *absent)
{
	const json_t *v = json_object_get(o, key);

	if (!v && absent)
		return absent;
	if (!v)
		reader_fail(r, key, "is missing");
	else if (!json_is_string(v))
		reader_fail(r, key, "must be a string");
	else
		return json_string_value(v);
	return "";
}

uint64_t reader_number(struct reader *r, const json_t *o, const char *key, uint64_t absent,
		       uint64_t min, uint64_t max)
{
	const json_t *v = json_object_get(o, key);
	json_int_t n;

	if (!v)
		return absent;
	n = json_integer_value(v);
	if (json_is_integer(v) && n >= 0 && (uint64_t)n >= min && (uint64_t)n <= max)
		return n;
	reader_fail(r, key, "must be a whole number from %" PRIu64 " to %" PRIu64, min, max);
	return absent;
}

json_t *reader_array(struct reader *r, const json_t *o, const char *key, size_t max)
{
	json_t *v = json_object_get(o, key);

	if (!v)
		return NULL;
	if (json_is_array(v) && json_array_size(v) >= 1 && json_array_size(v) <= max)
		return v;
	reader_fail(r, key, "must be a list of 1 to %zu elements", max);
	return NULL;
}

json_t *reader_object(struct reader *r, const json_t *o, const char *key)
{
	json_t *v = json_object_get(o, key);

	if (v && !json_is_object(v)) {
		reader_fail(r, key, "must be an object: { ... }");
		return NULL;
	}
	return v;
}

void reader_enter(struct reader *r, const char *key, size_t index)
{
	r->path[r->depth].key = key;
	r->path[r->depth++].index = index;
}

void reader_leave(struct reader *r)
{
	r->depth--;
}

const char *reader_element(struct reader *r, const char *key, json_t *array, size_t index)
{
	const json_t *v = json_array_get(array, index);

	if (json_is_string(v))
		return json_string_value(v);
	reader_enter(r, key, index);
	reader_fail(r, NULL, "must be a string");
	reader_leave(r);
	return "";
}
