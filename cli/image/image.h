/* SPDX-License-Identifier: MIT */
/*
 * l4ux image: a root disk of Debian packages. cmd_image.c reads the options, host.c looks whether
 * the host can do it, sources.c finds out where its packages come from, make.c runs mmdebstrap, and
 * setup.sh is what mmdebstrap runs on the result.
 */
#ifndef CLI_IMAGE_H
#define CLI_IMAGE_H

#include <stdbool.h>
#include <stdint.h>

/* Label of the file system: `l4ux linux` starts a disk that has it. */
#define IMAGE_LABEL "l4ux-system"

struct image_options {
	const char *output;
	uint64_t size;        /* bytes */
	const char *packages; /* separated by commas; NULL: none */
	const char *mirror;   /* NULL: as the host */
	const char *suite, *hostname, *password;
	const char *ssh_key; /* file; NULL: none */
	bool sysvinit, autologin, force;
};

/* A growing argument vector, its words on the heap. */
struct image_words {
	char **word;
	unsigned count;
};

/* Adds a word, as by printf(). */
void image_word(struct image_words *w, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* 0, or EXIT_UNAVAILABLE after a report of everything that is missing. */
int image_check_host(void);

/* mmdebstrap's words for how the host reaches packages, and for where; how many sources. */
void image_host_settings(struct image_words *w);
unsigned image_host_sources(struct image_words *w);

/* The exit status. */
int image_make(const struct image_options *o);

#endif
