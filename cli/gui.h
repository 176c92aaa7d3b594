/* SPDX-License-Identifier: MIT */
/*
 * The screen: --gui[=...], --screenshot and --input-script. The last two make a screen without a
 * window when there is no --gui.
 */
#ifndef CLI_GUI_H
#define CLI_GUI_H

#include "../ux-kernel/host/screen.h"

struct options;
struct snapshot;
struct snapshot_device;

struct gui {
	bool on, window;
	bool chosen,
		sized; /* by --gui itself: whether there is a window; how large the screen is */
	const char *script;
	int kept; /* what the console of a snapshot remembers; 0: nothing */
	struct screen_plan plan;
};

/* One option each; cut into words, which must live as long as the system. 0 or an exit status. */
int gui_parse(struct gui *g, char *option);
int gui_screenshot(struct gui *g, char *option);
void gui_script(struct gui *g, const char *path);

/* The display a window would be on, as its server names it; NULL: none. */
const char *gui_display(void);

/*
 * The screen of the snapshot @s, with the option it had; options of the command line say whether it
 * is in a window, what is to be seen in screenshots, and maybe another input script. 0, -EINVAL:
 * what there is makes no sense; another negative errno; or an exit status after a report.
 */
int gui_restore(struct gui *g, struct snapshot *s, const struct snapshot_device *saved,
		const char *option);

/* When all options are known: reads the script and adds the console to the devices. */
int gui_finish(struct options *o);

#endif
