// SPDX-License-Identifier: MIT
/* Campaigns: their files, their spaces of faults, their classes and their statistics. */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "cli/cli.h"
#include "cli/inject/campaign.h"
#include "cli/inject/outcome.h"
#include "cli/inject/faultspace.h"
#include "cli/inject/stats.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define GOOD \
	"\"version\": 1, \"name\": \"n\", \"system\": [\"run\", \"x\"], " \
	"\"faults\": [{\"point\": \"task.kill\"}]"

/* Loads a campaign from text; what it complains of goes to @complaint. */
static int load(struct campaign *c, const char *text, char complaint[1024])
{
	char path[] = "/tmp/l4ux-test-XXXXXX", err[] = "/tmp/l4ux-test-XXXXXX";
	int fd = mkstemp(path), err_fd = mkstemp(err), saved = dup(2), e;
	ssize_t n;

	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
	dup2(err_fd, 2);
	e = campaign_load(c, path);
	dup2(saved, 2);
	n = pread(err_fd, complaint, 1023, 0);
	complaint[n > 0 ? n : 0] = 0;
	unlink(path);
	unlink(err);
	close(saved);
	close(err_fd);
	return e;
}

static void smallest(void **state)
{
	struct campaign c;
	char why[1024];

	(void)state;
	assert_int_equal(load(&c, "{" GOOD "}", why), 0);
	assert_string_equal(why, "");
	assert_int_equal(c.faults, 1);
	assert_int_equal(c.runs, 1000);
	assert_false(c.sweep);
	assert_int_equal(c.fault[0].to, UINT64_MAX);
}

static void all_there_is(void **state)
{
	struct campaign c, again;
	char why[1024], *text;

	(void)state;
	assert_int_equal(
		load(&c,
		     "{\"version\": 1, \"name\": \"n\", \"about\": \"a\", \"system\": [\"linux\"], "
		     "\"mode\": \"sweep\", \"runs\": 5, \"seed\": 9, \"faults\": [{\"point\": "
		     "\"ram.flip\", \"whom\": \"a*\", \"when\": [2, 7], \"args\": [3, "
		     "\"0x1000.5\"], \"weight\": 2}, {\"point\": \"reg.flip\", \"when\": 4, "
		     "\"args\": [\"rbx.1\"]}], \"detected\": {\"output\": [\"^E\"], \"status\": "
		     "[3]}, \"ignore\": [\"x$\"], \"limits\": {\"entries\": 10, \"spin\": \"5ms\", "
		     "\"time\": \"2s\"}}",
		     why),
		0);
	assert_string_equal(why, "");
	assert_true(c.sweep);
	assert_int_equal(c.fault[0].args, 2);
	assert_false(c.fault[0].address[0]);
	assert_true(c.fault[0].address[1]);
	assert_int_equal(c.fault[0].arg[1], 0x1000 * 8 + 5);
	assert_int_equal(c.fault[1].from, 4);
	assert_int_equal(c.fault[1].to, 4);
	assert_int_equal(c.fault[1].arg[0], 65);
	assert_true(c.fault[0].plan.target.prefix);
	assert_int_equal(c.spin_ns, 5000000);
	assert_int_equal(c.timeout_ns, 2000000000);
	text = campaign_text(&c);
	assert_int_equal(campaign_from_text(&again, text), 0);
	assert_int_equal(again.faults, 2);
	free(text);
}

/* Each is refused, with the path of what is wrong. */
static void malformed(void **state)
{
	static const struct {
		const char *text, *why;
	} bad[] = {
		{ "", "line 1" },
		{ "{" GOOD, "line 1, column" },
		{ "[]", "must be an object" },
		{ "{}", "version: must be 1" },
		{ "{" GOOD ", \"version\": 2}", "duplicate" },
		{ "{\"version\": 2, \"name\": 3}", "version: must be 1" },
		{ "{" GOOD ", \"sede\": 2}", "sede: is not known" },
		{ "{" GOOD ", \"seed\": -2}", "seed: must be a whole number" },
		{ "{" GOOD ", \"runs\": 0}", "runs: must be a whole number from 1" },
		{ "{" GOOD ", \"mode\": \"all\"}", "mode: must be" },
		{ "{" GOOD ", \"detected\": []}", "detected: must be an object" },
		{ "{" GOOD ", \"detected\": {\"output\": [\"(\"]}}", "detected.output[0]: '('" },
		{ "{" GOOD ", \"detected\": {\"status\": [0]}}", "detected.status: must be exit" },
		{ "{" GOOD ", \"ignore\": [1]}", "ignore[0]: must be a string" },
		{ "{" GOOD ", \"limits\": {\"spin\": \"5\\u00b5s\"}}", "limits.spin: " },
		{ "{\"version\": 1, \"name\": \"a/b\"}", "name: must be a name" },
		{ "{\"version\": 1, \"name\": \"a\"}", "system: is missing" },
		{ "{\"version\": 1, \"name\": \"a\", \"system\": [\"sh\"]}", "system: must begin" },
		{ "{\"version\": 1, \"name\": \"a\", \"system\": [\"run\"]}",
		  "faults: is missing" },
		{ "{\"version\": 1, \"name\": \"a\", \"system\": [\"run\"], \"faults\": []}",
		  "faults: must be a list" },
		{ "{\"version\": 1, \"name\": \"a\", \"system\": [\"run\"], \"faults\": [3]}",
		  "faults[0]: must be an object" },
		{ "{\"version\": 1, \"name\": \"a\", \"system\": [\"run\"], \"faults\": "
		  "[{\"point\": \"x\"}]}",
		  "faults[0].point: there is no point 'x'" },
		{ "{\"version\": 1, \"name\": \"a\", \"system\": [\"run\"], \"faults\": "
		  "[{\"point\": \"task.kill\", \"when\": [3, 2]}]}",
		  "faults[0].when: " },
		{ "{\"version\": 1, \"name\": \"a\", \"system\": [\"run\"], \"faults\": "
		  "[{\"point\": \"task.kill\", \"args\": [3]}]}",
		  "faults[0].args[0]: is no argument" },
		{ "{\"version\": 1, \"name\": \"a\", \"system\": [\"run\"], \"mode\": \"sweep\", "
		  "\"faults\": [{\"point\": \"ram.flip\"}]}",
		  "faults[0]: a sweep of ram.flip needs \"args\"" },
	};
	struct campaign c;
	char why[1024];

	(void)state;
	for (unsigned i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(load(&c, bad[i].text, why), EXIT_USAGE);
		if (!strstr(why, bad[i].why))
			fail_msg("%s: complained of %s", bad[i].text, why);
		assert_ptr_equal(strchr(why, '\n'), why + strlen(why) - 1); /* one line */
	}
}

/* Whatever is in the file: accepted, or refused with one line. */
static void fuzzed(void **state)
{
	static const char text[] =
		"{" GOOD ", \"mode\": \"sample\", \"runs\": 100, \"detected\": {\"output\": "
		"[\"^E\"], \"status\": [3]}, \"limits\": {\"spin\": \"5ms\"}, \"ignore\": "
		"[\"x\"]}";
	char why[1024], bad[sizeof(text)];
	struct campaign c;
	const char *seconds = getenv("L4UX_FUZZ_SECONDS");
	time_t end = seconds ? time(NULL) + strtol(seconds, NULL, 10) : 0;
	uint64_t seed = 1;

	(void)state;
	for (unsigned i = 0; i < 3000 || time(NULL) < end; i++) {
		size_t len = sizeof(text) - 1;
		int e;

		memcpy(bad, text, sizeof(text));
		for (unsigned k = 0; k < 1 + i % 4; k++) {
			seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
			bad[(seed >> 33) % len] = "\"[]{},:0-9aen\\.\n\x80"[(seed >> 20) % 18];
		}
		if (i % 5 == 0)
			bad[(seed >> 40) % len] = 0; /* cut short */
		e = load(&c, bad, why);
		if (e)
			assert_ptr_equal(strchr(why, '\n'), why + strlen(why) - 1);
		else
			assert_string_equal(why, "");
		assert_true(e == 0 || e == EXIT_USAGE);
	}
}

static struct campaign two_kinds(bool sweep)
{
	struct campaign c = { .faults = 2, .sweep = sweep, .runs = sweep ? 0 : 4000, .seed = 1 };

	c.fault[0] = (struct campaign_fault){
		.plan.point = fault_point_find("task.kill"), .from = 3, .to = 9, .weight = 3
	};
	c.fault[1] = (struct campaign_fault){
		.plan.point = fault_point_find("reg.flip"), .from = 1, .to = UINT64_MAX, .weight = 1
	};
	return c;
}

static void sweep(void **state)
{
	struct campaign c = two_kinds(true);
	const uint64_t seen[] = { 5, 2 };
	struct faultspace s;
	struct fault_plan p;
	unsigned hit[2][18 * 64] = { 0 };

	(void)state;
	assert_int_equal(faultspace_init(&s, &c, seen), 0);
	assert_int_equal(s.runs, 3 + 2 * 18 * 64);
	for (uint64_t n = 0; n < s.runs; n++) {
		faultspace_fault(&s, n, &p);
		if (n < 3) {
			assert_ptr_equal(p.point, c.fault[0].plan.point);
			assert_int_equal(p.first, 3 + n);
		} else {
			assert_in_range(p.first, 1, 2);
			assert_int_equal(p.last, p.first);
			hit[p.first - 1][p.arg]++;
		}
	}
	for (unsigned i = 0; i < 18 * 64; i++) {
		assert_int_equal(hit[0][i], 1);
		assert_int_equal(hit[1][i], 1);
	}
}

static void sample(void **state)
{
	struct campaign c = two_kinds(false);
	const uint64_t seen[] = { 5, 2 };
	struct faultspace s;
	struct fault_plan p, q;
	unsigned kind[2] = { 0 }, when[6] = { 0 }, differ = 0;

	(void)state;
	assert_int_equal(faultspace_init(&s, &c, seen), 0);
	assert_int_equal(s.runs, 4000);
	for (uint64_t n = 0; n < s.runs; n++) {
		faultspace_fault(&s, n, &p);
		faultspace_fault(&s, n, &q);
		assert_memory_equal(&p, &q, sizeof(p));
		kind[p.point == c.fault[1].plan.point]++;
		if (p.point == c.fault[0].plan.point) {
			assert_in_range(p.first, 3, 5);
			when[p.first]++;
		} else {
			assert_in_range(p.arg, 0, 18 * 64 - 1);
		}
	}
	assert_in_range(kind[0], 2850, 3150); /* 3 to 1, five standard deviations */
	for (unsigned i = 3; i <= 5; i++)
		assert_in_range(when[i], 870, 1130);
	/* another seed is another campaign */
	for (uint64_t n = 0; n < 100; n++) {
		c.seed = 2;
		faultspace_fault(&s, n, &q);
		c.seed = 1;
		faultspace_fault(&s, n, &p);
		differ += p.point != q.point || p.first != q.first || p.arg != q.arg;
	}
	assert_true(differ > 50);
}

static void never_comes_about(void **state)
{
	struct campaign c = two_kinds(false);
	const uint64_t seen[] = { 2, 2 };
	struct faultspace s;

	(void)state;
	assert_int_equal(faultspace_init(&s, &c, seen), EXIT_USAGE);
}

static struct ending ending(int status, const char *output)
{
	return (struct ending){ status, strdup(output), strlen(output) };
}

static void classes(void **state)
{
	static const struct {
		int status;
		const char *output;
		enum outcome outcome;
		bool correct;
	} cases[] = {
		{ 0, "a\nresult\n", OUTCOME_MASKED, true },
		{ 0, "noise 7\na\nresult\nnoise", OUTCOME_MASKED, true },
		{ 0, "E: restarted\na\nresult\n", OUTCOME_DETECTED, true },
		{ 0, "R: restarted\na\nresult\n", OUTCOME_DETECTED, true },
		{ 0, "R: restarted\na\nwrong\n", OUTCOME_CORRUPTED, false },
		{ 0, "E: broken\na\nwrong\n", OUTCOME_DETECTED, false },
		{ 0, "a\nwrong\n", OUTCOME_CORRUPTED, false },
		{ 0, "a\nresult", OUTCOME_CORRUPTED, false },
		{ 0, "", OUTCOME_CORRUPTED, false },
		{ 1, "a\nresult\n", OUTCOME_CORRUPTED, false },
		{ 3, "a\n", OUTCOME_DETECTED, false },
		{ 255, "E: dying\n", OUTCOME_CRASH, false },
		{ 124, "a\nresult\n", OUTCOME_HANG, false },
		{ 70, "a\nresult\n", OUTCOME_SIMULATOR_ERROR, false },
		{ 125, "a\nresult\n", OUTCOME_SIMULATOR_ERROR, false },
		{ -1, "a\nresult\n", OUTCOME_SIMULATOR_ERROR, false },
	};
	struct ending golden = ending(0, "a\nresult\n");
	struct campaign c;
	char why[1024];
	bool correct;

	(void)state;
	assert_int_equal(
		load(&c,
		     "{" GOOD
		     ", \"detected\": {\"output\": [\"^E:\"], \"repaired\": [\"^R:\"], \"status\": "
		     "[3]}, "
		     "\"ignore\": [\"^noise\"]}",
		     why),
		0);
	for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct ending e = ending(cases[i].status, cases[i].output);
		struct spoken spoken = outcome_filter(&c, &e);

		assert_int_equal(outcome_judge(&c, &golden, &e, spoken, &correct),
				 cases[i].outcome);
		assert_int_equal(correct, cases[i].correct);
		free(e.output);
	}
	free(golden.output);
}

static void names(void **state)
{
	(void)state;
	for (int i = 0; i < OUTCOMES; i++)
		assert_int_equal(outcome_find(outcome_names[i]), i);
	assert_int_equal(outcome_find("fine"), -1);
}

/* Values of Newcombe (1998), table I, and what must hold at the ends. */
static void wilson(void **state)
{
	struct interval v = stats_wilson(81, 263);

	(void)state;
	assert_int_equal((int)(v.low * 10000 + 0.5), 2553);
	assert_int_equal((int)(v.high * 10000 + 0.5), 3662);
	v = stats_wilson(15, 148);
	assert_int_equal((int)(v.low * 10000 + 0.5), 624);
	assert_int_equal((int)(v.high * 10000 + 0.5), 1605);
	v = stats_wilson(0, 20);
	assert_true(v.low == 0);
	assert_int_equal((int)(v.high * 10000 + 0.5), 1611);
	v = stats_wilson(29, 29);
	assert_int_equal((int)(v.low * 10000 + 0.5), 8830);
	assert_true(v.high == 1);
	v = stats_wilson(0, 0);
	assert_true(v.low == 0 && v.high == 1);
}

/* What is written of a fault reads back as the same fault. */
static void specs(void **state)
{
	static const char *const same[] = {
		"task.kill:3",           "task.kill:3+:copy*",        "task.kill:3-9:#12",
		"reg.flip:1:any:rbx.17", "reg.flip:1:hello:rflags.0", "ram.flip:5:hello:0x1000.7",
		"ram.flip:5:any:123456", "irq.late:1:any:500",        "disk.cut:3:vda:7",
		"net.drop:2:eth0.in",
	};
	struct fault_plan p, q;
	char text[256], why[256];

	(void)state;
	for (unsigned i = 0; i < sizeof(same) / sizeof(same[0]); i++) {
		assert_true(fault_spec_parse(&p, same[i], text, sizeof(text)));
		fault_spec_print(&p, text, sizeof(text));
		assert_string_equal(text, same[i]);
		assert_true(fault_spec_parse(&q, text, why, sizeof(why)));
		assert_memory_equal(&p, &q, sizeof(p));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(smallest),
		cmocka_unit_test(all_there_is),
		cmocka_unit_test(malformed),
		cmocka_unit_test(fuzzed),
		cmocka_unit_test(sweep),
		cmocka_unit_test(sample),
		cmocka_unit_test(never_comes_about),
		cmocka_unit_test(classes),
		cmocka_unit_test(names),
		cmocka_unit_test(wilson),
		cmocka_unit_test(specs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
