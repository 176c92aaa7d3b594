/* SPDX-License-Identifier: MIT */
/*
 * Reading and writing what is in a message. Who reads behind its end gets zeros, and `bad` says so
 * in the end; who writes behind the room there is writes nothing, and `full` says so.
 */
#ifndef DEVICES_P9_CODEC_H
#define DEVICES_P9_CODEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

struct p9_reader {
	const uint8_t *at, *end;
	bool bad;
};

struct p9_writer {
	uint8_t *start, *at, *end;
	bool full;
};

/* A number of @bytes bytes, at most 8. */
uint64_t p9_get(struct p9_reader *r, unsigned bytes);
void p9_put(struct p9_writer *w, unsigned bytes, uint64_t value);

/* Text, with a zero behind it; longer than @size - 1, or with a zero in it, is bad. */
void p9_get_text(struct p9_reader *r, char *to, size_t size);
void p9_put_text(struct p9_writer *w, const char *text);

/* What tells one file from another, of the file @st is of. */
void p9_put_qid(struct p9_writer *w, const struct stat *st);

static inline size_t p9_left(const struct p9_reader *r)
{
	return r->end - r->at;
}

static inline size_t p9_room(const struct p9_writer *w)
{
	return w->end - w->at;
}

#endif
