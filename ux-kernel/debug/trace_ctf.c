// SPDX-License-Identifier: MIT
/* CTF 1.8: a directory with a text that describes the format and one stream in one packet. */
#define _GNU_SOURCE
#include "trace.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <sys/stat.h>

#define CTF_MAGIC 0xc1fc1fc1U

struct packet {
	uint32_t magic, stream;
	uint64_t begin, end, content_bits, packet_bits, discarded;
} __attribute__((packed));

struct record {
	uint16_t id;
	uint64_t time;
	uint32_t thread;
	uint64_t a, b;
} __attribute__((packed));

_Static_assert(sizeof(struct packet) == 48, "as the metadata says");
_Static_assert(sizeof(struct record) == 30, "as the metadata says");

static const char head[] =
	"/* CTF 1.8 */\n"
	"typealias integer { size = 16; align = 8; signed = false; } := uint16_t;\n"
	"typealias integer { size = 32; align = 8; signed = false; } := uint32_t;\n"
	"typealias integer { size = 64; align = 8; signed = false; } := uint64_t;\n"
	"typealias integer { size = 64; align = 8; signed = false; base = 16; } := word_t;\n"
	"trace {\n"
	"\tmajor = 1; minor = 8; byte_order = le;\n"
	"\tpacket.header := struct { uint32_t magic; uint32_t stream_id; };\n"
	"};\n"
	"env { tracer_name = \"l4ux\"; };\n"
	"clock { name = system; freq = 1000000000; };\n"
	"typealias integer { size = 64; align = 8; signed = false; map = clock.system.value; } := "
	"time_t;\n"
	"stream {\n"
	"\tid = 0;\n"
	"\tevent.header := struct { uint16_t id; time_t timestamp; };\n"
	"\tpacket.context := struct { time_t timestamp_begin; time_t timestamp_end;\n"
	"\t\tuint64_t content_size; uint64_t packet_size; uint64_t events_discarded; };\n"
	"};\n";

static FILE *open_in(const char *directory, const char *name)
{
	char path[PATH_MAX];

	if (snprintf(path, sizeof(path), "%s/%s", directory, name) >= (int)sizeof(path)) {
		errno = ENAMETOOLONG;
		return NULL;
	}
	return fopen(path, "we");
}

static int finish(FILE *f)
{
	int bad = ferror(f), e = fclose(f) ? -errno : 0;

	return e ? e : bad ? -EIO : 0;
}

static int write_metadata(const char *directory)
{
	FILE *f = open_in(directory, "metadata");

	if (!f)
		return -errno;
	fputs(head, f);
	for (unsigned i = 0; i < EVENT_TYPES; i++)
		fprintf(f,
			"event { name = \"%s\"; id = %u; stream_id = 0; fields := struct { "
			"uint32_t thread; word_t _%s; word_t _%s; }; };\n",
			trace_kinds[i].name, i, trace_kinds[i].a, trace_kinds[i].b);
	return finish(f);
}

static int write_stream(const char *directory, const struct trace *t)
{
	FILE *f = open_in(directory, "stream");
	uint64_t bits = (sizeof(struct packet) + t->events * sizeof(struct record)) * 8;
	struct packet p = {
		.magic = CTF_MAGIC, .content_bits = bits, .packet_bits = bits, .discarded = t->lost
	};

	if (!f)
		return -errno;
	if (t->events) {
		p.begin = t->event[0].time;
		p.end = t->event[t->events - 1].time;
	}
	fwrite(&p, sizeof(p), 1, f);
	for (size_t i = 0; i < t->events; i++) {
		const struct event *e = &t->event[i];
		struct record r = { e->type < EVENT_TYPES ? e->type : EVENT_NONE, e->time,
				    e->thread, e->a, e->b };

		fwrite(&r, sizeof(r), 1, f);
	}
	return finish(f);
}

int trace_write_ctf(const char *directory, const struct trace *t)
{
	int e;

	if (mkdir(directory, 0777) < 0 && errno != EEXIST)
		return -errno;
	e = write_metadata(directory);
	return e ? e : write_stream(directory, t);
}
