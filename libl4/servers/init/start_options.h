/* SPDX-License-Identifier: MIT */
/* Options of the script's "start" command. */
#ifndef INIT_START_OPTIONS_H
#define INIT_START_OPTIONS_H

#include "program.h"

#define START_PRIO_DEFAULT 2

/* Enters "--name=value" into @s. NULL, or what is wrong with it. */
const char *start_option(const char *option, struct program_start *s);

#endif
