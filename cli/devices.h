/* SPDX-License-Identifier: MIT */
/* Options that add a device: --disk, --net, --serial, --share, --entropy. */
#ifndef CLI_DEVICES_H
#define CLI_DEVICES_H

struct options;

/* @opt: one of OPT_DISK to OPT_ENTROPY. 0, or an exit status after a report. */
int devices_option(struct options *o, int opt, char *value);

#endif
