// SPDX-License-Identifier: MIT
/* Table and window of what the device sees. */
#define _GNU_SOURCE
#include "dma.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>

#define PAGE_MASK 4095UL

int dma_init(struct dma *d, int fd, uint64_t size)
{
	void *p = mmap(NULL, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (p == MAP_FAILED)
		return -errno;
	d->fd = fd;
	d->window = p;
	d->size = size;
	d->count = 0;
	return 0;
}

/* Number of the first piece that ends behind @va. */
static unsigned find(const struct dma *d, uint64_t va)
{
	unsigned lo = 0, hi = d->count;

	while (lo < hi) {
		unsigned mid = (lo + hi) / 2;

		if (d->piece[mid].end <= va)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static void insert(struct dma *d, unsigned at, struct dma_piece p)
{
	memmove(&d->piece[at + 1], &d->piece[at], (d->count - at) * sizeof(p));
	d->piece[at] = p;
	d->count++;
}

static void erase(struct dma *d, unsigned at, unsigned n)
{
	d->count -= n;
	memmove(&d->piece[at], &d->piece[at + n], (d->count - at) * sizeof(d->piece[0]));
}

/* Cuts [@start, @end) out of the table, which has room for one more piece. */
static void cut(struct dma *d, uint64_t start, uint64_t end)
{
	unsigned i = find(d, start), n;

	if (i < d->count && d->piece[i].start < start) {
		struct dma_piece upper = d->piece[i];

		d->piece[i++].end = start;
		if (upper.end > end) {
			upper.start = end;
			insert(d, i, upper);
			return;
		}
	}
	for (n = 0; i + n < d->count && d->piece[i + n].end <= end;)
		n++;
	erase(d, i, n);
	if (i < d->count && d->piece[i].start < end)
		d->piece[i].start = end;
}

static void add(struct dma *d, struct dma_piece p)
{
	unsigned i = find(d, p.start);

	if (i && d->piece[i - 1].end == p.start && d->piece[i - 1].rights == p.rights) {
		p.start = d->piece[--i].start;
		erase(d, i, 1);
	}
	if (i < d->count && d->piece[i].start == p.end && d->piece[i].rights == p.rights) {
		d->piece[i].start = p.start;
		return;
	}
	insert(d, i, p);
}

static int map(struct dma *d, const struct device_range *r)
{
	int prot = PROT_READ | (r->rights & DEVICE_W ? PROT_WRITE : 0);
	void *p;

	if (r->rights & DEVICE_R)
		p = mmap(d->window + r->va, r->len, prot, MAP_SHARED | MAP_FIXED, d->fd, r->offset);
	else
		p = mmap(d->window + r->va, r->len, PROT_NONE,
			 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0);
	return p == MAP_FAILED ? -errno : 0;
}

int dma_set(struct dma *d, const struct device_range *r)
{
	int e;

	if ((r->va | r->len | r->offset) & PAGE_MASK || !r->len || r->va >= d->size ||
	    r->len > d->size - r->va)
		return -EINVAL;
	/* A cut in the middle of a piece and what comes there make two more. */
	if (d->count + 2 > DMA_RANGES && r->rights)
		return -ENOSPC;
	cut(d, r->va, r->va + r->len);
	e = map(d, r);
	if (!e && r->rights & DEVICE_R)
		add(d, (struct dma_piece){ r->va, r->va + r->len, r->rights });
	return e;
}

void *dma_ptr(const struct dma *d, uint64_t va, uint64_t len, unsigned rights)
{
	unsigned i = find(d, va);

	if (!len)
		return NULL;
	/* A buffer may cross from one piece to the next: the window has no gap there. */
	for (uint64_t at = va; i < d->count; i++) {
		const struct dma_piece *p = &d->piece[i];

		if (p->start > at || rights & ~p->rights)
			return NULL;
		if (len <= p->end - at)
			return d->window + va;
		len -= p->end - at;
		at = p->end;
	}
	return NULL;
}
