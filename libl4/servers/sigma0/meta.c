/* SPDX-License-Identifier: MIT */
/* The meta protocol. */
#include "meta.h"

#include <string.h>

enum meta_op {
	META_OP_NUM_INTERFACES = 0,
	META_OP_INTERFACE = 1, /* MR1: number; answer: protocol, name as length and bytes */
	META_OP_SUPPORTS = 2,  /* MR1: protocol; label 1 or 0 */
};

static struct {
	long protocol;
	char name[16]; /* whole words: it is copied into message registers */
} const interfaces[] = {
	{ L4_PROTO_META, "L4::Meta" },
	{ L4_PROTO_PAGE_FAULT, "L4::Pager" },
	{ L4_PROTO_FACTORY, "L4::Factory" },
	{ L4_PROTO_SIGMA0, "L4::Sigma0" },
};

#define META_COUNT (sizeof(interfaces) / sizeof(interfaces[0]))

static l4_msgtag_t meta_interface(l4_utcb_t *utcb)
{
	l4_umword_t *mr = l4_utcb_mr_u(utcb)->mr, i = mr[1];

	if (i >= META_COUNT)
		return l4_msgtag(-L4_ERANGE, 0, 0, 0);
	mr[0] = (l4_umword_t)interfaces[i].protocol;
	mr[1] = strlen(interfaces[i].name) + 1;
	memcpy(mr + 2, interfaces[i].name, sizeof(interfaces[i].name));
	return l4_msgtag(0, 2 + sizeof(interfaces[i].name) / sizeof(*mr), 0, 0);
}

l4_msgtag_t meta_handle(l4_utcb_t *utcb)
{
	l4_umword_t *mr = l4_utcb_mr_u(utcb)->mr;

	switch (mr[0]) {
	case META_OP_NUM_INTERFACES:
		return l4_msgtag(META_COUNT, 0, 0, 0);
	case META_OP_INTERFACE:
		return meta_interface(utcb);
	case META_OP_SUPPORTS:
		for (unsigned i = 0; i < META_COUNT; i++)
			if (interfaces[i].protocol == (long)mr[1])
				return l4_msgtag(1, 0, 0, 0);
		return l4_msgtag(0, 0, 0, 0);
	default:
		return l4_msgtag(-L4_ENOSYS, 0, 0, 0);
	}
}
