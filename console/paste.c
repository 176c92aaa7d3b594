// SPDX-License-Identifier: MIT
/*
 * Text the user has pasted, typed at the pace of a script's. It is in the shared page, so that a
 * console that takes over, or that of a restored system, types on.
 */
#include "console.h"

#include "../ux-kernel/host/report.h"

#include <string.h>

void paste_begin(struct console *c, const char *text)
{
	struct console_page *p = c->screen.page;
	size_t size = strlen(text);

	if (p->paste_size) /* one after the other */
		return;
	if (size > CONSOLE_PASTE) {
		report_error("the clipboard has %zu bytes, and up to %u are typed; share a "
			     "directory for more",
			     size, CONSOLE_PASTE);
		return;
	}
	memcpy(p->paste, text, size);
	p->pasted = 0;
	p->paste_at = 0;
	p->paste_size = size;
}

uint64_t paste_step(struct console *c, uint64_t now)
{
	struct console_page *p = c->screen.page;

	if (!p->paste_size)
		return UINT64_MAX;
	if (now < p->paste_at)
		return p->paste_at;
	/* What another one has left could be anything. */
	if (p->pasted < p->paste_size && p->pasted < CONSOLE_PASTE) {
		if (!console_type(c, p->paste[p->pasted]))
			return UINT64_MAX; /* the driver's bell calls us */
		p->pasted++;
		p->paste_at = now + CONSOLE_PACE_US;
		return p->paste_at;
	}
	p->paste_size = 0;
	input_release_all(&c->input);
	return UINT64_MAX;
}
