// SPDX-License-Identifier: MIT
/* l4ux inject --list-points. */
#include "../../ux-kernel/fault/point.h"
#include "inject.h"

#include <stdio.h>
#include <stdlib.h>

int inject_list_points(void)
{
	puts("POINT           counts         what happens");
	for (unsigned i = 0; i < FAULT_POINTS; i++) {
		const struct fault_point *p = &fault_points[i];

		printf("%-15s %-14s %s\n", p->name, fault_event_names[p->event], p->help);
	}
	return EXIT_SUCCESS;
}
