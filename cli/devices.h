/* SPDX-License-Identifier: MIT */
/*
 * Options that add a device: --disk, --net, --serial, --share, --entropy. A snapshot has the same
 * options, and what the devices remember.
 */
#ifndef CLI_DEVICES_H
#define CLI_DEVICES_H

struct options;
struct snapshot;

/* @opt: one of OPT_DISK to OPT_ENTROPY. 0, or an exit status after a report. */
int devices_option(struct options *o, int opt, const char *value);

/* When all options are known. 0, or an exit status after a report. */
int devices_finish(struct options *o);

/* The devices of the snapshot, in its order. 0, or an exit status after a report. */
int devices_restore(struct options *o, struct snapshot *s);

#endif
