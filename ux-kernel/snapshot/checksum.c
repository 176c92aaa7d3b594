// SPDX-License-Identifier: MIT
/* Each word is mixed into the sum so that no change of a word, nor of the order, goes unseen. */
#define _GNU_SOURCE
#include "checksum.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define START 0x6c34757853756d31ULL
#define FACTOR 0x9fb21c651e98df25ULL

static uint64_t mix(uint64_t sum, uint64_t word)
{
	sum = (sum ^ word) * FACTOR;
	return sum ^ sum >> 32;
}

void checksum_start(struct checksum *c)
{
	for (unsigned i = 0; i < CHECKSUM_LANES; i++)
		c->lane[i] = START + i;
	c->words = 0;
}

static uint64_t word_at(const char *at, size_t len)
{
	uint64_t word = 0;

	memcpy(&word, at, len);
	return word;
}

void checksum_add(struct checksum *c, const void *data, size_t len)
{
	unsigned first = c->words % CHECKSUM_LANES;
	const char *at = data;
	uint64_t sum[CHECKSUM_LANES];
	size_t n = len / 8, i = 0;

	for (unsigned k = 0; k < CHECKSUM_LANES; k++)
		sum[k] = c->lane[(first + k) % CHECKSUM_LANES];
	for (; i + CHECKSUM_LANES <= n; i += CHECKSUM_LANES)
		for (unsigned k = 0; k < CHECKSUM_LANES; k++)
			sum[k] = mix(sum[k], word_at(at + (i + k) * 8, 8));
	for (unsigned k = 0; k < CHECKSUM_LANES; k++)
		c->lane[(first + k) % CHECKSUM_LANES] = sum[k];
	c->words += n;
	for (uint64_t w = c->words - n + i; i < n; i++, w++)
		c->lane[w % CHECKSUM_LANES] = mix(c->lane[w % CHECKSUM_LANES],
						  word_at(at + i * 8, 8));
	if (len % 8) {
		uint64_t *lane = &c->lane[c->words++ % CHECKSUM_LANES];

		*lane = mix(mix(*lane, word_at(at + n * 8, len % 8)), len % 8);
	}
}

uint64_t checksum_end(const struct checksum *c)
{
	uint64_t sum = START;

	for (unsigned i = 0; i < CHECKSUM_LANES; i++)
		sum = mix(sum, c->lane[i]);
	return mix(sum, c->words);
}

uint64_t checksum_program(void)
{
	int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	struct checksum sum;
	struct stat st;
	uint64_t end = 0;
	void *p;

	if (fd < 0)
		return 0;
	if (!fstat(fd, &st)) {
		p = mmap(NULL, st.st_size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, fd, 0);
		if (p != MAP_FAILED) {
			checksum_start(&sum);
			checksum_add(&sum, p, st.st_size);
			end = checksum_end(&sum);
			munmap(p, st.st_size);
		}
	}
	close(fd);
	return end;
}
