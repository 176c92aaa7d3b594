/* SPDX-License-Identifier: MIT */
/* Command lines: words, quotes, backslashes. */
#include <l4/ux/program.h>

static int cmdline_is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Takes one word from *from, writes it unquoted to *to with a NUL behind it. */
static int cmdline_word(char **from, char **to)
{
	char *f = *from, *t = *to;
	int quoted = 0;

	for (; *f && (quoted || !cmdline_is_blank(*f)); f++) {
		if (*f == '"') {
			quoted = !quoted;
			continue;
		}
		if (quoted && *f == '\\' && f[1])
			f++;
		*t++ = *f;
	}
	if (quoted)
		return -L4_EINVAL;
	/* The blank is passed first: the NUL may fall on it. */
	*from = *f ? f + 1 : f;
	*t++ = '\0';
	*to = t;
	return 0;
}

int l4_cmdline_split(char *line, char **argv, int max)
{
	char *from = line, *to = line;
	int argc = 0;

	for (;;) {
		while (cmdline_is_blank(*from))
			from++;
		if (!*from)
			break;
		if (argc == max - 1)
			return -L4_E2BIG;
		argv[argc++] = to;
		if (cmdline_word(&from, &to) < 0)
			return -L4_EINVAL;
	}
	argv[argc] = NULL;
	return argc;
}
