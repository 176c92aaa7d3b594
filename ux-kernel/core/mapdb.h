/* SPDX-License-Identifier: MIT */
/*
 * The mapping database: map, grant and unmap of memory between spaces. Unmap reaches every
 * descendant; depth is bounded only by memory, so all walks are iterative.
 */
#ifndef CORE_MAPDB_H
#define CORE_MAPDB_H

#include "space.h"

/*
 * Maps the range @r (bytes) from @src to @dst. @rights: L4_FPAGE_R/W/X that may pass.
 * Returns 1 something was mapped or was ku_mem, which looks the same to the receiver; 0 nothing was
 * there to map; -L4_ENOMEM quota or memory.
 */
int mapdb_map(struct space *src, struct space *dst, struct map_range r, unsigned rights,
	      bool grant);

/*
 * Revokes @revoke (R: the page itself) in [@va, @va + 2^@order) from all descendants and, with
 * @self, from @s. Returns the access flags of all these: bit 0 referenced, bit 1 dirty. They are
 * cleared in the descendants and kept in @s, to be returned again whenever it is asked with @self.
 */
unsigned mapdb_unmap(struct space *s, uint64_t va, unsigned order, unsigned revoke, bool self);

/*
 * Empties a dying space: descendants lose their pages too, ku_mem goes as well. Nothing can be
 * mapped into it any more.
 */
void mapdb_clear(struct space *s);

#endif
