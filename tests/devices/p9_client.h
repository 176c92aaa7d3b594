/* SPDX-License-Identifier: MIT */
/* Messages of 9P, well formed, for tests of the server; and a place with things around it. */
#ifndef TESTS_DEVICES_P9_CLIENT_H
#define TESTS_DEVICES_P9_CLIENT_H

#include <stddef.h>
#include <stdint.h>

/*
 * Writes a message: each character of @format is an argument, 1, 2, 4, 8 a number (unsigned, 8:
 * uint64_t) of so many bytes, s text. Its length.
 */
size_t p9_message(uint8_t *to, unsigned type, const char *format, ...);

/*
 * A directory in a new place: "file" (with "content"), "dir", and "up" and "far", links to
 * ../outside/secret and to ../outside. Beside it outside/secret with "secret". Descriptors of the
 * directory and of our descriptors; the place's name into @top.
 */
void p9_place_make(char top[64], int *root, int *self);

/* Whether the place has in it, beside the directory, what it had at first. */
int p9_place_intact(const char *top);
void p9_place_remove(const char *top);

#endif
