/* SPDX-License-Identifier: MIT */
/* A copy of a memory file, page by page; where the file has holes the copy has none but zeros. */
#ifndef SNAPSHOT_MIRROR_H
#define SNAPSHOT_MIRROR_H

#include <stdbool.h>
#include <stdint.h>

struct mirror {
	int fd;
	char *memory; /* the file, mapped */
	char *copy;   /* NULL: not made yet */
	bool *has;    /* of a page: there was something when the copy was made */
	uint64_t size;
};

/* Copies all of @fd, which is mapped at @memory. false: out of memory. */
bool mirror_make(struct mirror *m, int fd, void *memory, uint64_t size);

/* The page at offset @at: to the copy; back from it, true when it had changed. */
void mirror_update_page(struct mirror *m, uint64_t at);
bool mirror_return_page(struct mirror *m, uint64_t at);

/* The same with all pages, looking at each. return: how many had changed. */
void mirror_update(struct mirror *m);
unsigned mirror_return(struct mirror *m);

#endif
