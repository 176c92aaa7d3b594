// SPDX-License-Identifier: MIT
/* Numbers and text of messages. */
#include "p9_codec.h"

#include "p9_wire.h"

#include <string.h>

uint64_t p9_get(struct p9_reader *r, unsigned bytes)
{
	uint64_t value = 0;

	if (p9_left(r) < bytes) {
		r->bad = true;
		r->at = r->end;
		return 0;
	}
	memcpy(&value, r->at, bytes);
	r->at += bytes;
	return value;
}

void p9_put(struct p9_writer *w, unsigned bytes, uint64_t value)
{
	if (p9_room(w) < bytes) {
		w->full = true;
		return;
	}
	memcpy(w->at, &value, bytes);
	w->at += bytes;
}

void p9_get_text(struct p9_reader *r, char *to, size_t size)
{
	size_t len = p9_get(r, 2);

	*to = 0;
	if (len > p9_left(r) || len >= size || memchr(r->at, 0, len)) {
		r->bad = true;
		return;
	}
	memcpy(to, r->at, len);
	to[len] = 0;
	r->at += len;
}

void p9_put_text(struct p9_writer *w, const char *text)
{
	size_t len = strlen(text);

	p9_put(w, 2, len);
	if (p9_room(w) < len) {
		w->full = true;
		return;
	}
	memcpy(w->at, text, len);
	w->at += len;
}

void p9_put_qid(struct p9_writer *w, const struct stat *st)
{
	uint8_t type = S_ISDIR(st->st_mode)   ? P9_QID_DIRECTORY
		       : S_ISLNK(st->st_mode) ? P9_QID_SYMLINK
					      : 0;

	p9_put(w, 1, type);
	p9_put(w, 4, (uint32_t)(st->st_mtim.tv_sec ^ st->st_mtim.tv_nsec ^ st->st_size));
	p9_put(w, 8, st->st_ino);
}
