// SPDX-License-Identifier: MIT
/* How the command speaks of itself. */
#include "cli.h"

#include "../ux-kernel/host/report.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

int usage_print(const char *text)
{
	fputs(text, stdout);
	return EXIT_SUCCESS;
}

int usage_error(const char *fmt, ...)
{
	char buf[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(buf, sizeof(buf), fmt, ap);
	va_end(ap);
	report_error("%s; 'l4ux --help' shows the usage", buf);
	return EXIT_USAGE;
}
