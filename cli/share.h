/* SPDX-License-Identifier: MIT */
/* --share=DIR[,tag=NAME][,ro]: a directory of the host, which the guest mounts by its tag. */
#ifndef CLI_SHARE_H
#define CLI_SHARE_H

#include "../ux-kernel/host/device.h"

/*
 * Fills in @plan, for the rest of the program's life; cuts @option into words, which are not needed
 * any more then. Without a tag it is "share", or for @index 1 and more "shareN". The tag is the
 * plan's name. 0, or an exit status after a report.
 */
int share_add(struct device_plan *plan, char *option, unsigned index);

#endif
