/* SPDX-License-Identifier: MIT */
/*
 * Reading JSON: every value is asked for with a type and limits, and whatever is wrong is reported
 * with its path, as in "campaign.json: faults[2].point: ...". After the first report all further
 * questions are answered with defaults, so that a reader checks once, at its end.
 */
#ifndef INJECT_READER_H
#define INJECT_READER_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#define READER_DEPTH 4U

struct reader {
	const char *file;
	struct {
		const char *key; /* NULL: an index */
		size_t index;
	} path[READER_DEPTH];
	unsigned depth;
	bool failed;
};

/* The file's content, or NULL after a report; the caller owns it. */
json_t *reader_load(struct reader *r, const char *file);

/* Reports, unless something was before; @key may be NULL. Returns false. */
bool reader_fail(struct reader *r, const char *key, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* Fails when @o has keys that are not in @known (which ends with NULL). */
void reader_only(struct reader *r, const json_t *o, const char *const *known);

/* Members of the object @o. What is missing is @absent, or an error when that is NULL. */
const char *reader_string(struct reader *r, const json_t *o, const char *key, const char *absent);
uint64_t reader_number(struct reader *r, const json_t *o, const char *key, uint64_t absent,
		       uint64_t min, uint64_t max);

/* The array @key of @o with at most @max elements, NULL when it is missing. */
json_t *reader_array(struct reader *r, const json_t *o, const char *key, size_t max);
json_t *reader_object(struct reader *r, const json_t *o, const char *key);

/* What follows is about element @index of @key (or @key itself, with ~0); and the end of that. */
void reader_enter(struct reader *r, const char *key, size_t index);
void reader_leave(struct reader *r);

/* Element @index of the array @key of strings. */
const char *reader_element(struct reader *r, const char *key, json_t *array, size_t index);

#endif
