// SPDX-License-Identifier: MIT
/* Block requests: a header, data, one byte of status. */
#define _GNU_SOURCE
#include "block.h"
#include "sheet.h"

#include "../ux-kernel/host/report.h"

#include <errno.h>
#include <linux/virtio_blk.h>
#include <string.h>
#include <time.h>

#define FEATURE(n) (1ULL << (n))
#define SECTOR 512ULL
#define ID_BYTES VIRTIO_BLK_ID_BYTES
#define ZERO_SEGMENTS 16U
#define ZERO_SECTORS (1U << 21) /* 1 GiB in one segment */
#define TELL_S 2

/* Copies the first @len bytes out of (or into) the buffers and moves behind them. */
static bool pass(struct block_data *d, void *copy, uint64_t len, bool into)
{
	char *at = copy;

	if (len > d->len)
		return false;
	d->len -= len;
	while (len) {
		struct iovec *b = d->buffer;
		uint64_t part = b->iov_len < len ? b->iov_len : len;

		memcpy(into ? b->iov_base : at, into ? at : b->iov_base, part);
		b->iov_base = (char *)b->iov_base + part;
		b->iov_len -= part;
		at += part;
		len -= part;
		if (!b->iov_len) {
			d->buffer++;
			d->count--;
		}
	}
	return true;
}

/* The last byte of what we write is the status: taken off the data. */
static uint8_t *status_byte(struct block_data *in)
{
	struct iovec *last;

	if (!in->len)
		return NULL;
	last = &in->buffer[in->count - 1];
	in->len--;
	if (!--last->iov_len)
		in->count--;
	return (uint8_t *)last->iov_base + last->iov_len;
}

static uint64_t now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec;
}

/* The guest gets an error, the user a message, not too many of them. */
static uint8_t failed(struct block *b, const char *what, uint64_t sector, int e)
{
	uint64_t t = now();

	b->errors++;
	if (b->errors > 1 && t < b->told + TELL_S)
		return VIRTIO_BLK_S_IOERR;
	b->told = t;
	report_error("disk %s: cannot %s at sector %lu: %s; the guest gets an I/O error (%lu so "
		     "far)",
		     b->transport.hello.name, what, (unsigned long)sector, report_errno(-e),
		     b->errors);
	return VIRTIO_BLK_S_IOERR;
}

bool block_inside(const struct block *b, uint64_t sector, uint64_t len)
{
	uint64_t sectors = b->disk.size / SECTOR;

	return len % SECTOR == 0 && sector <= sectors && len / SECTOR <= sectors - sector;
}

static uint8_t flush(struct block *b)
{
	int e = disk_flush(&b->disk);

	if (!e)
		power_flushed(&b->power);
	return e ? failed(b, "flush", 0, e) : VIRTIO_BLK_S_OK;
}

static uint8_t transfer(struct block *b, bool write, uint64_t sector, struct block_data *d)
{
	int e;

	if (!block_inside(b, sector, d->len) || (write && b->disk.read_only))
		return VIRTIO_BLK_S_IOERR;
	e = disk_transfer(&b->disk, write, sector * SECTOR, d->buffer, d->count);
	if (e)
		return failed(b, write ? "write" : "read", sector, e);
	/* A driver that knows no flush expects that what is written is safe. */
	if (write && !(b->transport.features & FEATURE(VIRTIO_BLK_F_FLUSH)))
		return flush(b);
	return VIRTIO_BLK_S_OK;
}

/* Discard and write zeroes: a list of ranges. */
static uint8_t zero(struct block *b, bool discard, struct block_data *d)
{
	struct virtio_blk_discard_write_zeroes range;

	if (!d->len || d->len % sizeof(range) || d->len > ZERO_SEGMENTS * sizeof(range))
		return VIRTIO_BLK_S_UNSUPP;
	while (pass(d, &range, sizeof(range), false)) {
		uint64_t len = range.num_sectors * SECTOR;
		bool unmap = range.flags & VIRTIO_BLK_WRITE_ZEROES_FLAG_UNMAP;
		int e;

		if (range.flags & ~(uint32_t)VIRTIO_BLK_WRITE_ZEROES_FLAG_UNMAP ||
		    (discard && unmap))
			return VIRTIO_BLK_S_UNSUPP;
		if (!block_inside(b, range.sector, len) || b->disk.read_only)
			return VIRTIO_BLK_S_IOERR;
		e = len ? disk_zero(&b->disk, range.sector * SECTOR, len, discard || unmap) : 0;
		if (e)
			return failed(b, discard ? "discard" : "write zeroes", range.sector, e);
	}
	return VIRTIO_BLK_S_OK;
}

static uint8_t identify(struct block *b, struct block_data *in)
{
	const char *name = b->transport.hello.name, *slash = strrchr(name, '/');
	char id[ID_BYTES] = { 0 };

	if (slash)
		name = slash + 1;
	memcpy(id, name, strnlen(name, sizeof(id)));
	return pass(in, id, in->len < sizeof(id) ? in->len : sizeof(id), true) ? VIRTIO_BLK_S_OK
									       : VIRTIO_BLK_S_IOERR;
}

static uint8_t execute(struct block *b, const struct virtio_blk_outhdr *h, struct block_data *out,
		       struct block_data *in)
{
	switch (h->type) {
	case VIRTIO_BLK_T_IN:
		return transfer(b, false, h->sector, in);
	case VIRTIO_BLK_T_OUT:
		return transfer(b, true, h->sector, out);
	case VIRTIO_BLK_T_FLUSH:
		return flush(b);
	case VIRTIO_BLK_T_DISCARD:
		return zero(b, true, out);
	case VIRTIO_BLK_T_WRITE_ZEROES:
		return zero(b, false, out);
	case VIRTIO_BLK_T_GET_ID:
		return identify(b, in);
	default:
		return VIRTIO_BLK_S_UNSUPP;
	}
}

static uint32_t serve(struct transport *t, unsigned queue, struct queue_request *r)
{
	struct block *b = (struct block *)t;
	struct block_data out = { r->buffer, r->out, r->out_len };
	struct block_data in = { r->buffer + r->out, r->in, r->in_len };
	struct virtio_blk_outhdr h;
	uint8_t *status = status_byte(&in);
	uint32_t written = in.len;
	enum block_verdict verdict = BLOCK_EXECUTE;

	(void)queue;
	if (!status)
		return 0;
	if (!pass(&out, &h, sizeof(h), false)) {
		*status = VIRTIO_BLK_S_IOERR;
		return 1;
	}
	if (sheet_any())
		verdict = block_fault(b, &h, h.type == VIRTIO_BLK_T_IN ? &in : &out, status);
	if (verdict == BLOCK_WAIT)
		return TRANSPORT_LATER;
	if (verdict == BLOCK_EXECUTE) {
		*status = execute(b, &h, &out, &in);
		block_fault_done(b);
	}
	return written + 1;
}

static uint32_t refuse(struct transport *t, unsigned queue, struct queue_request *r)
{
	struct block_data in = { r->buffer + r->out, r->in, r->in_len };
	uint8_t *status = status_byte(&in);

	(void)t;
	(void)queue;
	if (!status)
		return 0;
	*status = VIRTIO_BLK_S_IOERR;
	return 1;
}

void block_describe(struct block *b)
{
	uint64_t features = FEATURE(VIRTIO_BLK_F_SEG_MAX) | FEATURE(VIRTIO_BLK_F_BLK_SIZE) |
			    FEATURE(VIRTIO_BLK_F_TOPOLOGY) | FEATURE(VIRTIO_BLK_F_FLUSH);

	if (b->disk.read_only)
		features |= FEATURE(VIRTIO_BLK_F_RO);
	else
		features |= FEATURE(VIRTIO_BLK_F_DISCARD) | FEATURE(VIRTIO_BLK_F_WRITE_ZEROES);
	b->device = (struct transport_device){
		.id = L4VIRTIO_ID_BLOCK,
		.queues = 1,
		.features = features,
		.serve = serve,
		.refuse = refuse,
	};
}

void block_configure(struct block *b)
{
	struct virtio_blk_config c = {
		.capacity = b->disk.size / SECTOR,
		.seg_max = QUEUE_BUFFERS_MAX - 2,
		.blk_size = SECTOR,
		.physical_block_exp = 3, /* 4 KiB: see overlay_format.h, power.h */
		.max_discard_sectors = ZERO_SECTORS,
		.max_discard_seg = ZERO_SEGMENTS,
		.discard_sector_alignment = 8,
		.max_write_zeroes_sectors = ZERO_SECTORS,
		.max_write_zeroes_seg = ZERO_SEGMENTS,
		.write_zeroes_may_unmap = 1,
	};

	memcpy((char *)b->transport.page + L4VIRTIO_CONFIG_OFFSET, &c, sizeof(c));
}
