// SPDX-License-Identifier: MIT
/* q and Q packets: what we can do, lists, and the monitor's commands. */
#define _GNU_SOURCE
#include "gdb.h"
#include "monitor.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void supported(void)
{
	char buf[240];

	snprintf(buf, sizeof(buf),
		 "PacketSize=%x;QStartNoAckMode+;multiprocess+;swbreak+;hwbreak+;vContSupported+;"
		 "qXfer:features:read+;qXfer:threads:read+;qXfer:osdata:read+",
		 GDB_PACKET_MAX);
	gdb_reply(buf);
}

/* A part of a text: offset and length are behind the annex. */
static void transfer(const char *text, const char *range)
{
	size_t len = text ? strlen(text) : 0;
	char *end;
	size_t from = strtoul(range, &end, 16),
	       count = *end == ',' ? strtoul(end + 1, NULL, 16) : 0;

	if (!text) {
		gdb_reply_error(12);
		return;
	}
	if (count > GDB_PACKET_MAX / 2)
		count = GDB_PACKET_MAX / 2;
	if (from >= len)
		gdb_reply("l");
	else if (len - from > count)
		gdb_reply_data('m', text + from, count);
	else
		gdb_reply_data('l', text + from, len - from);
}

static void put_xml(FILE *f, const char *s)
{
	for (; *s; s++)
		if (*s < ' ' || *s == 0x7f || strchr("<>&\"'", *s))
			fputc('?', f);
		else
			fputc(*s, f);
}

static void put_thread(FILE *f, const struct gdb_thread *t)
{
	const struct thread *live = gdb_thread_live(t);
	char id[40];

	gdb_thread_name(t, id, sizeof(id));
	fprintf(f, "<thread id=\"%s\" name=\"", id);
	put_xml(f, live && *live->obj.name ? live->obj.name : t->inf->task->obj.name);
	fprintf(f, "\">%s</thread>", live ? "" : "not on a CPU");
}

static char *threads_xml(void)
{
	struct gdb_thread t;
	char *text;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	if (!f)
		return NULL;
	fputs("<?xml version=\"1.0\"?><threads>", f);
	for (struct inferior *i = inferior_first(); i; i = inferior_next(i)) {
		bool more = gdb_thread_first(i, &t);

		for (; more; more = gdb_thread_next(&t))
			put_thread(f, &t);
	}
	fputs("</threads>", f);
	return fclose(f) ? NULL : text;
}

static void put_task(FILE *f, const struct kobj *o)
{
	fprintf(f,
		"<item><column name=\"pid\">%llu</column><column name=\"user\">l4</column>"
		"<column name=\"command\">",
		(unsigned long long)o->id);
	put_xml(f, *o->name ? o->name : "task");
	fputs("</column><column name=\"cores\"></column></item>", f);
}

static char *tasks_xml(void)
{
	char *text;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	if (!f)
		return NULL;
	fputs("<?xml version=\"1.0\"?><osdata type=\"processes\">", f);
	list_for_each(it, &kobj_all) {
		const struct kobj *o = list_entry(it, struct kobj, all_link);

		if (o->ops->type == KOBJ_TASK && !o->dead)
			put_task(f, o);
	}
	fputs("</osdata>", f);
	return fclose(f) ? NULL : text;
}

static bool transfers(const char *packet)
{
	static const struct {
		const char *prefix;
		char *(*text)(void);
	} object[] = {
		{ "qXfer:features:read:target.xml:", gdb_target_xml },
		{ "qXfer:threads:read::", threads_xml },
		{ "qXfer:osdata:read:processes:", tasks_xml },
	};

	for (unsigned i = 0; i < 3; i++) {
		size_t len = strlen(object[i].prefix);

		if (!strncmp(packet, object[i].prefix, len)) {
			char *text = object[i].text();

			transfer(text, packet + len);
			free(text);
			return true;
		}
	}
	return false;
}

static void thread_list(void)
{
	struct gdb_thread t;
	char buf[GDB_PACKET_MAX / 2], *at = buf, *end = buf + sizeof(buf) - 48;

	for (struct inferior *i = inferior_first(); i; i = inferior_next(i)) {
		bool more = gdb_thread_first(i, &t);

		for (; more && at < end; more = gdb_thread_next(&t)) {
			*at = at == buf ? 'm' : ',';
			at++;
			gdb_thread_name(&t, at, 40);
			at += strlen(at);
		}
	}
	*at = 0;
	gdb_reply(at == buf ? "l" : buf);
}

/* `monitor WORDS` of gdb is a command of the monitor. */
static void command(const char *hex)
{
	size_t n = strlen(hex) / 2;
	char *words = malloc(n + 1), *answer;

	if (!words) {
		gdb_reply_error(12);
		return;
	}
	for (size_t i = 0; i < n; i++)
		words[i] = (char)strtoul((char[]){ hex[2 * i], hex[2 * i + 1], 0 }, NULL, 16);
	words[n] = 0;
	answer = request_words(words);
	free(words);
	if (answer)
		gdb_reply_hex(answer, strlen(answer));
	else
		gdb_reply_error(12);
	free(answer);
}

static void current(void)
{
	char buf[48] = "QC";

	if (!gdb_thread_exists(&gdb.general)) {
		gdb_reply("");
		return;
	}
	gdb_thread_name(&gdb.general, buf + 2, sizeof(buf) - 2);
	gdb_reply(buf);
}

void gdb_query(char *packet)
{
	if (!strncmp(packet, "qSupported", 10)) {
		supported();
	} else if (!strcmp(packet, "QStartNoAckMode")) {
		gdb_reply("OK");
		gdb.no_ack = true;
	} else if (!strncmp(packet, "qRcmd,", 6)) {
		command(packet + 6);
	} else if (!strcmp(packet, "qfThreadInfo")) {
		thread_list();
	} else if (!strcmp(packet, "qsThreadInfo")) {
		gdb_reply("l");
	} else if (!strcmp(packet, "qC")) {
		current();
	} else if (!strncmp(packet, "qAttached", 9)) {
		gdb_reply("1");
	} else if (!transfers(packet)) {
		gdb_reply("");
	}
}
