// SPDX-License-Identifier: MIT
/* From a campaign's words to a system, and to a command line. */
#define _GNU_SOURCE
#include "system.h"

#include "../../ux-kernel/host/fork.h"
#include "../cli.h"
#include "../quote.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

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
	status = fork_wait(pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : EXIT_CANNOT_START;
}

const char *const *system_words(const struct campaign *c, const struct run_limits *limits,
				const struct fault_plan *p)
{
	static char fault[FAULT_SPEC_MAX + 16], watchdog[64], timeout[48];
	static const char *word[CAMPAIGN_WORDS + 6];
	char spec[FAULT_SPEC_MAX];
	unsigned n = 0;

	fault_spec_print(p, spec, sizeof(spec));
	snprintf(fault, sizeof(fault), "--fault=%s", spec);
	snprintf(watchdog, sizeof(watchdog), "--watchdog=%" PRIu64 ",%" PRIu64 "us",
		 limits->watchdog.entries, limits->watchdog.spin_ns / 1000);
	snprintf(timeout, sizeof(timeout), "--timeout=%" PRIu64 "ms", limits->timeout_ns / 1000000);
	word[n++] = program_invocation_name;
	word[n++] = c->word[0];
	word[n++] = fault;
	word[n++] = watchdog;
	word[n++] = timeout;
	if (limits->is_virtual)
		word[n++] = "--trace-hash";
	for (unsigned i = 1; i < c->words; i++)
		word[n++] = c->word[i];
	word[n] = NULL;
	return word;
}

char *system_text(const char *const *words)
{
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	if (!f)
		return NULL;
	for (; *words; words++) {
		quote_word(f, *words);
		fputc(' ', f);
	}
	fputs("</dev/null", f);
	return fclose(f) ? NULL : text;
}
