/* SPDX-License-Identifier: MIT */
/*
 * --disk=FILE[,ro|cow=OVERLAY|scratch]: opens, checks and locks the files, and makes an overlay
 * that does not exist yet. The first disk is the guest's /dev/vda.
 */
#ifndef CLI_DISK_H
#define CLI_DISK_H

#include "../ux-kernel/host/device.h"

#include <stdbool.h>

struct snapshot;
struct snapshot_device;

/*
 * Fills in @plan, for the rest of the program's life; cuts @option into words, which must live as
 * long; @index counts disks. 0, or an exit status after a report.
 */
int disk_add(struct device_plan *plan, char *option, unsigned index);

/* Whether `l4ux image` has made the disk, or its base: then there is a system on it. */
bool disk_has_system(const struct device_plan *plan);

/*
 * A disk of the snapshot @s, with the file @path: the same, if it has not changed, and what was
 * written to the disk in memory, as with scratch. 0, or an exit status after a report.
 */
int disk_restore(struct device_plan *plan, struct snapshot *s, const struct snapshot_device *saved,
		 const char *path, unsigned index);

#endif
