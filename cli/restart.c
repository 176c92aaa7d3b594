// SPDX-License-Identifier: MIT
/*
 * The guest restarts itself: this process, in which all that was of the system has ended, becomes
 * the same command once more. So nothing of the old system can be in the new one, files are opened
 * and locked anew, and who waits for the process does not notice.
 */
#define _GNU_SOURCE
#include "cli.h"
#include "standard_io.h"

#include "../ux-kernel/host/report.h"
#include "../ux-kernel/host/stop.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LEFT "L4UX_TIMEOUT_LEFT" /* to the new process: nanoseconds */

static char **words; /* as they were given: options cut theirs to pieces */

void restart_keep(int argc, char **argv)
{
	words = calloc(argc + 1, sizeof(*words));
	for (int i = 0; words && i < argc; i++)
		words[i] = strdup(argv[i]);
}

uint64_t restart_timeout_left(void)
{
	const char *s = getenv(LEFT);
	uint64_t left = s ? strtoull(s, NULL, 10) : 0;

	unsetenv(LEFT);
	return left;
}

int restart_finish(int status)
{
	uint64_t left = stop_timeout_left();
	char text[32];

	if (!stop_restarts() || status || !words)
		return status;
	if (left) {
		snprintf(text, sizeof(text), "%" PRIu64, left);
		setenv(LEFT, text, 1);
	}
	report_info("the guest restarts");
	signal(SIGIO, SIG_IGN); /* of the old system's pipe, while there is no handler */
	fflush(NULL);
	standard_io_give_back();
	execv("/proc/self/exe", words);
	report_error("cannot start the system again: %s", report_errno(errno));
	return EXIT_CANNOT_START;
}
