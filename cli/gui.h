/* SPDX-License-Identifier: MIT */
/*
 * The screen: --gui[=...], --screenshot and --input-script. The last two make a screen without a
 * window when there is no --gui.
 */
#ifndef CLI_GUI_H
#define CLI_GUI_H

#include "../ux-kernel/host/screen.h"

struct options;

struct gui {
	bool on, window;
	const char *script;
	struct screen_plan plan;
};

/* One option each; cut into words, which must live as long as the system. 0 or an exit status. */
int gui_parse(struct gui *g, char *option);
int gui_screenshot(struct gui *g, char *option);
void gui_script(struct gui *g, const char *path);

/* The display a window would be on, as its server names it; NULL: none. */
const char *gui_display(void);

/* When all options are known: reads the script and adds the console to the devices. */
int gui_finish(struct options *o);

#endif
