// SPDX-License-Identifier: MIT
/* Lines of a module list whose meaning is the output of a program: module[shell], module[perl]. */
#define _GNU_SOURCE
#include "reader.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#define OUTPUT_MAX (1UL << 20)

/* The expression comes through the environment: nothing of it is quoted for a shell. */
#define PERL "exec perl -le 'my @m = eval $ENV{L4UX_EXPRESSION}; die $@ if $@; print for @m'"

static bool add_lines(struct reader *r, const char *text, struct modlist_strings *to)
{
	for (size_t n; *text; text += n + (text[n] == '\n')) {
		n = strcspn(text, "\n");
		if (n && !list_append(r->list, to, list_string(r->list, text, n)))
			return reader_no_memory(r);
	}
	return true;
}

bool program_run(struct reader *r, const char *code, bool perl, struct modlist_strings *to)
{
	char *text;
	size_t len;
	FILE *f;
	int status;

	if (!r->allow_shell)
		return reader_error(r,
				    "this line runs a program: %s; if you trust the list, say "
				    "--allow-shell",
				    code);
	text = list_alloc(r->list, OUTPUT_MAX + 1);
	if (!text)
		return reader_no_memory(r);
	setenv("ARCH", "amd64", 1);
	setenv("BITS", "64", 1);
	if (perl)
		setenv("L4UX_EXPRESSION", code, 1);
	f = popen(perl ? PERL : code, "re");
	if (!f)
		return reader_error(r, "cannot start a program: %s", code);
	len = fread(text, 1, OUTPUT_MAX, f);
	status = pclose(f);
	if (len == OUTPUT_MAX)
		return reader_error(r, "the program printed more than %lu bytes: %s", OUTPUT_MAX,
				    code);
	if (!WIFEXITED(status) || WEXITSTATUS(status))
		return reader_error(r, "the program failed: %s", code);
	text[len] = 0;
	return add_lines(r, text, to);
}
