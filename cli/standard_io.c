// SPDX-License-Identifier: MIT
/* Standard input and output change hands. */
#define _GNU_SOURCE
#include "standard_io.h"

#include "../ux-kernel/host/report.h"
#include "cli.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

static int kept[2] = { -1, -1 };

static bool copy(int to[2])
{
	for (int i = 0; i < 2; i++)
		to[i] = fcntl(i, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	return to[0] >= 0 && to[1] >= 0;
}

int standard_io_take(const char *option, int fd[2])
{
	int null;

	if (kept[0] >= 0)
		return usage_error("%s: standard input and output are in use already", option);
	null = open("/dev/null", O_RDONLY | O_CLOEXEC);
	if (null < 0 || !copy(kept) || !copy(fd) || dup2(null, STDIN_FILENO) < 0 ||
	    dup2(STDERR_FILENO, STDOUT_FILENO) < 0) {
		report_error("%s: cannot use standard input and output: %s", option,
			     report_errno(errno));
		return EXIT_CANNOT_START;
	}
	close(null);
	return 0;
}

void standard_io_give_back(void)
{
	for (int i = 0; i < 2; i++)
		if (kept[i] >= 0)
			dup2(kept[i], i);
}
