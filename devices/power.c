// SPDX-License-Identifier: MIT
/* A write cache that loses its power. */
#define _GNU_SOURCE
#include "power.h"

#include <errno.h>
#include <stddef.h>
#include <sys/mman.h>

#define SECTOR sizeof(((struct power_sector *)0)->was)

static void *reserve(uint64_t bytes)
{
	return mmap(NULL, bytes, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
}

int power_open(struct power *p, const struct disk *d)
{
	p->count = 0;
	p->sector = reserve(POWER_SECTORS * sizeof(p->sector[0]));
	p->dirty = reserve(d->size / SECTOR / 8 + 1);
	return p->sector == MAP_FAILED || p->dirty == MAP_FAILED ? -errno : 0;
}

void power_flushed(struct power *p)
{
	for (unsigned i = 0; i < p->count; i++)
		p->dirty[p->sector[i].at / SECTOR / 8] = 0;
	p->count = 0;
}

static int put_aside(struct power *p, struct disk *d, uint64_t at)
{
	struct power_sector *s = &p->sector[p->count];
	struct iovec v = { s->was, SECTOR };
	int e = disk_transfer(d, false, at, &v, 1);

	if (e)
		return e;
	s->at = at;
	p->dirty[at / SECTOR / 8] |= 1U << at / SECTOR % 8;
	p->count++;
	return 0;
}

int power_before_write(struct power *p, struct disk *d, uint64_t at, uint64_t len)
{
	int e = 0;

	for (uint64_t end = at + len; at < end && !e; at += SECTOR) {
		if (p->dirty[at / SECTOR / 8] >> at / SECTOR % 8 & 1)
			continue;
		if (p->count == POWER_SECTORS)
			power_flushed(p);
		e = put_aside(p, d, at);
	}
	return e;
}

/* A coin for the physical block that @at is in (Steele et al., SplitMix64). */
static bool is_lost(uint64_t seed, uint64_t at)
{
	uint64_t z = seed * 0xd1342543de82ef95ULL + (at / POWER_BLOCK + 1) * 0x9e3779b97f4a7c15ULL;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ z >> 27) * 0x94d049bb133111ebULL;
	return (z ^ z >> 31) & 1;
}

int power_cut(struct power *p, struct disk *d, uint64_t seed)
{
	int lost = 0;

	for (unsigned i = 0; i < p->count; i++) {
		struct power_sector *s = &p->sector[i];
		struct iovec v = { s->was, SECTOR };
		int e;

		if (!is_lost(seed, s->at))
			continue;
		e = disk_transfer(d, true, s->at, &v, 1);
		if (e)
			return e;
		lost++;
	}
	power_flushed(p);
	return lost;
}
