/* SPDX-License-Identifier: MIT */
/* Content for the memory files of a system that is restored. */
#ifndef SNAPSHOT_FILL_H
#define SNAPSHOT_FILL_H

#include <stdint.h>

/*
 * Writes all @len bytes at @data to @fd, from offset @at on. Written, not copied to where the file
 * is mapped: that saves the host a page fault, and clearing the page, for each page. 0 or negative
 * errno.
 */
int fill_file(int fd, const void *data, uint64_t len, uint64_t at);

#endif
