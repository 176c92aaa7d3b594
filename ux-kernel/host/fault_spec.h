/* SPDX-License-Identifier: MIT */
/* Faults as they are written: "POINT:WHEN[:WHOM[:ARG]]" (docs/fault-injection.md). */
#ifndef HOST_FAULT_SPEC_H
#define HOST_FAULT_SPEC_H

#include "../fault/plan.h"

#define FAULT_SPEC_MAX 256 /* with its end */

/* false: @why says what is wrong with @spec. */
bool fault_spec_parse(struct fault_plan *p, const char *spec, char *why, size_t size);

/* The other way round into @buf, as short as possible. */
void fault_spec_print(const struct fault_plan *p, char *buf, size_t size);

/* Parts of one. false: not understood. */
bool fault_parse_whom(struct fault_target *t, const char *s);
bool fault_parse_arg(struct fault_plan *p, const char *s); /* of p->point */
const struct fault_point *fault_point_find(const char *name);

#endif
