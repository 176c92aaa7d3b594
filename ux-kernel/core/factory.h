/* SPDX-License-Identifier: MIT */
/* Factory: creates objects and pays for them out of a quota (L4Re manual, group "Factory"). */
#ifndef CORE_FACTORY_H
#define CORE_FACTORY_H

#include "kobj.h"

#define FACTORY_UNLIMITED UINT64_MAX

struct factory {
	struct kobj obj;
	uint64_t limit, used; /* bytes */
};

/* quota NULL and FACTORY_UNLIMITED for the root factory. */
struct factory *factory_create(struct factory *quota, uint64_t limit);

/* @f may be NULL: then nothing is accounted. */
bool factory_charge(struct factory *f, uint64_t bytes);
void factory_uncharge(struct factory *f, uint64_t bytes);

#endif
