/* SPDX-License-Identifier: MIT */
/* docs/interface/log.md: text out, and what there is of input. */
#include "manual.h"

#include <l4/sys/vcon.h>

int example_log(void)
{
	static const char text[] = "written to the log\n";
	char buf[16];
	l4_vcon_attr_t attr;

	if (l4_vcon_write(L4_BASE_LOG_CAP, text, sizeof(text) - 1) != sizeof(text) - 1)
		return 1;
	if (l4_error(l4_vcon_get_attr(L4_BASE_LOG_CAP, &attr)) < 0)
		return 2;
	/* Reading does not wait; the IRQ at pin 0 tells when it is worth while. */
	return l4_vcon_read(L4_BASE_LOG_CAP, buf, sizeof(buf)) >= 0 ? 0 : 3;
}
