// SPDX-License-Identifier: MIT
/*
 * Output against steps. An expression matches within one line; a line that has matched is used up
 * to the end of the match. What is not complete yet is looked at too: a prompt has no newline.
 */
#define _GNU_SOURCE
#include "test.h"

#include <string.h>

/* Matches in [from, len) line by line; on success @end is behind the match. */
static bool search(const regex_t *re, const struct buffer *out, size_t from, size_t *end)
{
	regmatch_t m = { .rm_so = (regoff_t)from, .rm_eo = (regoff_t)out->len };
	int flags = REG_STARTEND | (from && out->data[from - 1] != '\n' ? REG_NOTBOL : 0);

	if (from >= out->len || regexec(re, out->data, 1, &m, flags) != 0)
		return false;
	*end = m.rm_eo;
	return true;
}

#define LINE_MAX 65536U /* of a longer line only the end is looked at again */

/* The beginning of the last line: before it nothing can match any more that has not. */
static size_t last_line(const struct buffer *out, size_t from)
{
	const char *nl = memrchr(out->data + from, '\n', out->len - from);

	from = nl ? (size_t)(nl + 1 - out->data) : from;
	return out->len - from > LINE_MAX ? out->len - LINE_MAX : from;
}

static void look_for_rejects(struct watch *w, const struct test_case *t, const struct buffer *out)
{
	size_t end;

	for (unsigned i = 0; i < t->rejects && !w->rejected; i++)
		if (search(&t->reject[i].regex, out, 0, &end))
			w->rejected = &t->reject[i];
}

void watch_advance(struct watch *w, const struct test_case *t, const struct buffer *out, bool final,
		   struct buffer *input)
{
	while (w->next < t->steps) {
		const struct step *s = &t->step[w->next];
		size_t end;

		if (s->kind == STEP_SEND) {
			buffer_add(input, s->text, s->len);
			w->next++;
			continue;
		}
		if (!out->len || !search(&s->regex, out, w->position, &end)) {
			if (out->len)
				w->position = last_line(out, w->position);
			break;
		}
		w->position = end;
		w->next++;
	}
	if (final && out->len)
		look_for_rejects(w, t, out);
}
