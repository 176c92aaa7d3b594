// SPDX-License-Identifier: MIT
/* From a campaign's words to a system, and to a command line. */
#define _GNU_SOURCE
#include "system.h"

#include "../cli.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define FAULT_TEXT 256

int system_become(const struct campaign *c, int (*f)(const struct kernel_config *system))
{
	static char *argv[CAMPAIGN_WORDS + 1]; /* options may be cut into words */

	for (unsigned i = 0; i < c->words; i++) {
		argv[i] = strdup(c->word[i]);
		if (!argv[i])
			return EXIT_CANNOT_START;
	}
	launch = f;
	if (!strcmp(argv[0], "run"))
		return cmd_run((int)c->words, argv);
	if (!strcmp(argv[0], "boot"))
		return cmd_boot((int)c->words, argv);
	if (!strcmp(argv[0], "restore"))
		return cmd_restore((int)c->words, argv);
	return cmd_linux((int)c->words, argv);
}

int system_describe(const struct campaign *c, int (*f)(const struct kernel_config *system))
{
	pid_t pid = fork();
	int status;

	if (pid < 0)
		return EXIT_CANNOT_START;
	if (!pid)
		_exit(system_become(c, f));
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return WIFEXITED(status) ? WEXITSTATUS(status) : EXIT_CANNOT_START;
}

/* A word as a shell reads it. */
static void put_word(FILE *f, const char *word)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789-_=+.,:/@%";

	if (*word && !word[strspn(word, plain)]) {
		fputs(word, f);
		return;
	}
	fputc('\'', f);
	for (; *word; word++)
		fputs(*word == '\'' ? "'\\''" : (char[]){ *word, 0 }, f);
	fputc('\'', f);
}

char *system_replay(const struct campaign *c, const struct run_limits *limits,
		    const struct fault_plan *p)
{
	char fault[FAULT_TEXT], option[FAULT_TEXT + 16], *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	if (!f)
		return NULL;
	fault_spec_print(p, fault, sizeof(fault));
	snprintf(option, sizeof(option), "--fault=%s", fault);
	put_word(f, program_invocation_name);
	fprintf(f, " %s ", c->word[0]);
	put_word(f, option);
	fprintf(f, " --watchdog=%" PRIu64 ",%" PRIu64 "us --timeout=%" PRIu64 "ms",
		limits->watchdog.entries, limits->watchdog.spin_ns / 1000,
		limits->timeout_ns / 1000000);
	if (limits->is_virtual)
		fputs(" --trace-hash", f);
	for (unsigned i = 1; i < c->words; i++) {
		fputc(' ', f);
		put_word(f, c->word[i]);
	}
	fputs(" </dev/null", f);
	return fclose(f) ? NULL : text;
}
