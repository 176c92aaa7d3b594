/* SPDX-License-Identifier: MIT */
/* Names of keys, and the keys that make a character with a US keyboard. */
#ifndef CONSOLE_KEYS_H
#define CONSOLE_KEYS_H

#include <stdbool.h>
#include <stddef.h>

/* evdev code of a key's name ("a", "ctrl", "f2", "page-up"), 0: there is none. */
unsigned key_by_name(const char *name, size_t len);

/* The same for a character of text; @shift: with the shift key held. */
unsigned key_by_char(char c, bool *shift);

/* evdev code of a USB usage of page 7, as SDL numbers keys. */
unsigned key_by_usage(unsigned usage);

#endif
