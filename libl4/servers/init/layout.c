/* SPDX-License-Identifier: MIT */
/* Checks addresses a program asks for against those that are taken. */
#include "layout.h"

#include <l4/sys/kip.h>
#include <stdbool.h>

static bool overlap(uint64_t start, uint64_t end, uint64_t other, uint64_t size)
{
	return start < other + size && other < end;
}

const char *layout_check(uint64_t start, uint64_t end)
{
	if (start >= end || start < LAYOUT_USER_START || end > LAYOUT_USER_END)
		return "a segment lies outside the user address range";
	if (overlap(start, end, L4_INIT_UTCB_ADDR, 1UL << L4_INIT_UTCB_ORDER))
		return "a segment overlaps the UTCB area";
	if (overlap(start, end, (uint64_t)l4_kip(), L4_PAGESIZE))
		return "a segment overlaps the kernel interface page";
	return NULL;
}
