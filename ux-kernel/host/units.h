/* SPDX-License-Identifier: MIT */
/* Numbers with units. */
#ifndef HOST_UNITS_H
#define HOST_UNITS_H

#include <stdbool.h>
#include <stdint.h>

/* "64M", "10s". false: not understood or out of range. Sizes without unit are MiB. */
bool parse_size(const char *s, uint64_t *bytes);
bool parse_duration(const char *s, uint64_t *ns);

#endif
