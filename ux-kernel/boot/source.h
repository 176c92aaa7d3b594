/* SPDX-License-Identifier: MIT */
/* The content of a module: its parts as one piece of memory. */
#ifndef BOOT_SOURCE_H
#define BOOT_SOURCE_H

#include <stddef.h>

struct boot_module;

struct source {
	const void *data;
	size_t len;
	void *map;  /* mapped file, or NULL */
	void *copy; /* heap, or NULL */
};

/* 0, or negative errno after a report that names the file. Close it after use. */
int source_open(struct source *s, const struct boot_module *m);
void source_close(struct source *s);

#endif
