// SPDX-License-Identifier: MIT
/* One line of a module list. */
#include "line.h"

#include <ctype.h>
#include <string.h>

/* Cuts blanks from the end of @s and skips those at its start. */
static char *trim(char *s)
{
	size_t n = strlen(s);

	while (n && strchr(LINE_BLANKS, s[n - 1]))
		s[--n] = 0;
	return s + strspn(s, LINE_BLANKS);
}

bool line_split(char *text, struct line *line)
{
	char *rest, *end;

	text[strcspn(text, "#")] = 0;
	text = trim(text);
	*line = (struct line){ text, "", "" };
	rest = text + strcspn(text, LINE_BLANKS "[");
	if (*rest == '[') {
		*rest++ = 0;
		end = strchr(rest, ']');
		if (!end)
			return false;
		*end = 0;
		line->options = trim(rest);
		rest = end + 1;
	} else if (*rest) {
		*rest++ = 0;
	}
	line->rest = trim(rest);
	for (char *c = text; *c; c++)
		*c = tolower((unsigned char)*c);
	return true;
}

/* Of an option that is given twice the last counts. "KEY=" with nothing behind is none. */
bool line_option(const struct line *line, const char *key, const char **value, size_t *len)
{
	size_t n = strlen(key);
	bool found = false;

	for (const char *o = line->options, *end; *o; o = *end ? end + 1 : end) {
		const char *v, *last;

		o += strspn(o, LINE_BLANKS);
		end = last = o + strcspn(o, ",");
		while (last > o && strchr(LINE_BLANKS, last[-1]))
			last--;
		v = o + n;
		if (strncmp(o, key, n) != 0)
			continue;
		v += strspn(v, LINE_BLANKS);
		if (v < last && *v != '=')
			continue;
		if (v < last) {
			v += 1 + strspn(v + 1, LINE_BLANKS);
			if (v >= last)
				continue;
		}
		found = true;
		if (value) {
			*value = v < last ? v : last;
			*len = last - *value;
		}
	}
	return found;
}

/* Whether one of the words in "x86|amd64" is @wanted; so it is when the option is not given. */
static bool admits(const struct line *line, const char *key, const char *wanted)
{
	const char *v;
	size_t len, n;

	if (!line_option(line, key, &v, &len))
		return true;
	for (const char *end = v + len; v < end; v += n + 1) {
		for (n = 0; v + n < end && v[n] != '|'; n++)
			;
		if (n == strlen(wanted) && !memcmp(v, wanted, n))
			return true;
	}
	return false;
}

bool line_is_ours(const struct line *line)
{
	return admits(line, "arch", "amd64") && admits(line, "bits", "64");
}
