// SPDX-License-Identifier: MIT
/* Words as a shell splits them, and buffers that grow. */
#include "test.h"

#include <stdlib.h>
#include <string.h>

bool buffer_add(struct buffer *b, const char *data, size_t len)
{
	size_t size = b->size ? b->size : 256;
	char *p;

	while (size < b->len + len + 1)
		size *= 2;
	if (size != b->size) {
		p = realloc(b->data, size);
		if (!p)
			return false;
		b->data = p;
		b->size = size;
	}
	memcpy(b->data + b->len, data, len);
	b->len += len;
	b->data[b->len] = 0;
	return true;
}

static bool add_word(char ***word, unsigned *count, char *w)
{
	char **list = w ? realloc(*word, (*count + 2) * sizeof(*list)) : NULL;

	if (!list) {
		free(w);
		return false;
	}
	*word = list;
	list[(*count)++] = w;
	list[*count] = NULL;
	return true;
}

/* Copies the word at *@at to @to. false: a quote stays open. */
static bool one_word(const char **at, char *to)
{
	char quote = 0;
	const char *s = *at;

	for (; *s && (quote || (*s != ' ' && *s != '\t')); s++) {
		if (quote ? *s == quote : *s == '\'' || *s == '"')
			quote = quote ? 0 : *s;
		else if (*s == '\\' && quote != '\'' && s[1] && (!quote || strchr("\"\\", s[1])))
			*to++ = *++s;
		else
			*to++ = *s;
	}
	*to = 0;
	*at = s;
	return !quote;
}

bool words_split(char ***word, unsigned *count, const char *text)
{
	while (*(text += strspn(text, " \t"))) {
		char *w = malloc(strlen(text) + 1);

		if (!w)
			return false;
		if (!one_word(&text, w)) {
			free(w);
			return false;
		}
		if (!add_word(word, count, w))
			return false;
	}
	return true;
}
