// SPDX-License-Identifier: MIT
/*
 * What faults make of block requests. A request is asked about once, when it comes to the head of
 * the queue; if it is to be late it is presented again until its time has come.
 */
#include "block.h"
#include "sheet.h"

#include "../ux-kernel/host/report.h"

#include <linux/virtio_blk.h>

#define SECTOR 512UL

static bool is_write(const struct virtio_blk_outhdr *h)
{
	return h->type == VIRTIO_BLK_T_OUT;
}

static void cut_power(struct block *b, struct device_fault *f)
{
	unsigned written = b->power.count;
	int lost = power_cut(&b->power, &b->disk, f->arg);

	if (lost < 0)
		report_error("disk %s: cannot lose what was written: %s", b->transport.hello.name,
			     report_errno(-lost));
	sheet_struck(f, "%d of %u unflushed sectors lost, no power until a reset",
		     lost < 0 ? 0 : lost, written);
	b->transport.failing = true;
}

static void strike_any(struct block *b, struct block_fate *to, struct device_fault *f)
{
	switch (sheet_effect(f)) {
	case FAULT_DISK_ERROR:
		to->answered = true;
		to->answer = VIRTIO_BLK_S_IOERR;
		sheet_struck(f, "%s", "");
		break;
	case FAULT_DISK_LATE:
		to->until = sheet_now() + f->arg;
		sheet_struck(f, "by %lu us", (unsigned long)f->arg);
		break;
	case FAULT_DISK_CUT:
		to->answered = true;
		to->answer = VIRTIO_BLK_S_IOERR;
		cut_power(b, f);
		break;
	default:
		break;
	}
}

static void strike_write(struct block *b, struct block_fate *to, struct device_fault *f,
			 uint64_t len)
{
	uint64_t sectors = b->disk.size / SECTOR, at = to->sector;

	switch (sheet_effect(f)) {
	case FAULT_DISK_LOST:
		to->answered = true;
		to->answer = VIRTIO_BLK_S_OK;
		sheet_struck(f, "%lu sectors at %lu", len / SECTOR, at);
		break;
	case FAULT_DISK_TORN:
		to->limit = f->arg * SECTOR < len ? f->arg * SECTOR : len;
		sheet_struck(f, "%lu of %lu sectors at %lu written", to->limit / SECTOR,
			     len / SECTOR, at);
		break;
	case FAULT_DISK_MISDIRECT:
		to->sector = (at + f->arg) % (sectors - len / SECTOR + 1);
		sheet_struck(f, "%lu sectors at %lu went to %lu", len / SECTOR, at, to->sector);
		break;
	default:
		break;
	}
}

static void ask(struct block *b, const struct virtio_blk_outhdr *h, uint64_t len)
{
	struct block_fate *to = &b->fate;
	struct device_fault *f;
	unsigned i = 0;

	*to = (struct block_fate){
		.asked = true,
		.position = b->transport.queue[0].next,
		.sector = h->sector,
		.limit = len,
	};
	while ((f = sheet_next(&i, FAULT_EVENT_DISK, 0)))
		strike_any(b, to, f);
	i = 0;
	while (is_write(h) && (f = sheet_next(&i, FAULT_EVENT_DISK_WRITE, 0)))
		if (block_inside(b, h->sector, len))
			strike_write(b, to, f, len);
	i = 0;
	while (h->type == VIRTIO_BLK_T_IN && (f = sheet_next(&i, FAULT_EVENT_DISK_READ, 0))) {
		to->flip = len ? 1 + f->arg % (len * 8) : 0;
		sheet_struck(f, "bit %lu of %lu bytes at sector %lu", len ? f->arg % (len * 8) : 0,
			     len, to->sector);
	}
}

static void shorten(struct block_data *d, uint64_t len)
{
	uint64_t left = len;

	d->len = len;
	for (unsigned i = 0; i < d->count; i++) {
		struct iovec *v = &d->buffer[i];

		v->iov_len = v->iov_len < left ? v->iov_len : left;
		left -= v->iov_len;
	}
}

static uint8_t *byte_at(const struct block_data *d, uint64_t at)
{
	for (unsigned i = 0; i < d->count; at -= d->buffer[i++].iov_len)
		if (at < d->buffer[i].iov_len)
			return (uint8_t *)d->buffer[i].iov_base + at;
	return NULL;
}

enum block_verdict block_fault(struct block *b, struct virtio_blk_outhdr *h,
			       struct block_data *data, uint8_t *status)
{
	struct block_fate *to = &b->fate;
	int e = 0;

	if (!to->asked || to->position != b->transport.queue[0].next)
		ask(b, h, data->len);
	if (to->until > sheet_now()) {
		sheet_wake(to->until);
		return BLOCK_WAIT;
	}
	to->asked = false;
	*status = to->answer;
	if (to->answered)
		return BLOCK_ANSWERED;
	h->sector = to->sector;
	if (to->limit < data->len)
		shorten(data, to->limit);
	if (to->flip)
		to->byte = byte_at(data, (to->flip - 1) / 8);
	if (is_write(h) && sheet_expects(FAULT_DISK_CUT) && block_inside(b, h->sector, data->len))
		e = power_before_write(&b->power, &b->disk, h->sector * SECTOR, data->len);
	if (e)
		report_error("disk %s: cannot keep what sector %lu held: %s",
			     b->transport.hello.name, (unsigned long)h->sector, report_errno(-e));
	return BLOCK_EXECUTE;
}

void block_fault_done(struct block *b)
{
	if (b->fate.byte)
		*b->fate.byte ^= 1U << (b->fate.flip - 1) % 8;
	b->fate.byte = NULL;
}
