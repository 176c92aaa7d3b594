/* SPDX-License-Identifier: MIT */
/* What every measurement needs: a wrong answer ends the program; how often to do something. */
#include "pingpong.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *only;

void pingpong_only(const char *name)
{
	only = name;
}

unsigned pingpong_rounds(const char *name, unsigned rounds)
{
	return !only || !strcmp(only, name) ? rounds : 1;
}

void check(l4_umword_t is, l4_umword_t should, const char *what)
{
	if (is == should)
		return;
	printf("pingpong: %s is 0x%lx, not 0x%lx\n", what, is, should);
	exit(EXIT_FAILURE);
}
