// SPDX-License-Identifier: MIT
/* A frame as the guest's driver hands it over: a header, and maybe a checksum left to us. */
#include "net.h"

#include <linux/virtio_net.h>
#include <string.h>

#define HEADER sizeof(struct virtio_net_hdr_v1)

/* The internet checksum of everything from @start on, at @start + @offset. false: nonsense. */
static bool checksum(uint8_t *frame, size_t len, size_t start, size_t offset)
{
	uint64_t sum = 0;
	size_t i = start;
	uint16_t word;

	if (start >= len || offset + sizeof(word) > len - start)
		return false;
	for (; i + sizeof(uint32_t) <= len; i += sizeof(uint32_t)) {
		uint32_t two;

		memcpy(&two, frame + i, sizeof(two));
		sum += two;
	}
	for (; i + sizeof(word) <= len; i += sizeof(word)) {
		memcpy(&word, frame + i, sizeof(word));
		sum += word;
	}
	if (i < len)
		sum += frame[i]; /* as the first byte of a word, on x86 */
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	/* A checksum of 0 means "none" to UDP. */
	word = (uint16_t)~sum ? (uint16_t)~sum : 0xffff;
	memcpy(frame + start + offset, &word, sizeof(word));
	return true;
}

bool net_frame_sane(const struct queue_request *r)
{
	return r->out_len >= HEADER + NET_FRAME_MIN && r->out_len <= HEADER + NET_FRAME_MAX;
}

size_t net_frame_gather(const struct queue_request *r, uint8_t frame[NET_FRAME_MAX])
{
	struct virtio_net_hdr_v1 h;
	size_t len = r->out_len - HEADER;

	if (!net_frame_sane(r))
		return 0;
	queue_read(r, 0, &h, HEADER);
	queue_read(r, HEADER, frame, len);
	if (h.gso_type != VIRTIO_NET_HDR_GSO_NONE)
		return 0;
	if (h.flags & VIRTIO_NET_HDR_F_NEEDS_CSUM &&
	    !checksum(frame, len, h.csum_start, h.csum_offset))
		return 0;
	return len;
}
