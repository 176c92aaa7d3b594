// SPDX-License-Identifier: MIT
/* Module lists: what lines mean, what is refused, and that no input brings the reader down. */
#define _GNU_SOURCE
#include "../../cli/modlist/modlist.h"

#include "host/report.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define ROUNDS 20000

static struct modlist l;

/* A list as if it came from a file. */
static bool read_bytes(const char *text, size_t len, const char *entry)
{
	char path[64];
	int fd = memfd_create("list", MFD_CLOEXEC);
	bool ok;

	assert_int_equal(write(fd, text, len), len);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	modlist_free(&l);
	ok = modlist_read(&l, path, entry, false);
	close(fd);
	return ok;
}

static bool read_list(const char *text, const char *entry)
{
	return read_bytes(text, strlen(text), entry);
}

/* The list must be refused, with one message. */
static void assert_refused(const char *text)
{
	unsigned before = report_count();

	assert_false(read_list(text, "e"));
	assert_int_equal(report_count(), before + 1);
}

static void assert_module(unsigned i, const char *cmdline)
{
	assert_true(i < l.modules);
	assert_string_equal(l.module[i].cmdline, cmdline);
}

static void test_entry(void **state)
{
	(void)state;
	assert_true(read_list("modaddr 0x1000\n"
			      "default-kernel fiasco -serial_esc\n"
			      "default-roottask moe --default\n"
			      "entry other\nmodule wrong\nfrobnicate\n"
			      "  Entry  E  # comment\n"
			      "roottask   moe rom/x.cfg  a \r\n"
			      "MODULE one two  three\n"
			      "bin[ nostrip ] two\n"
			      "data-nostrip three\n"
			      "entry e\nmodule second-e\n",
			      "e"));
	assert_string_equal(l.kernel.cmdline, "fiasco -serial_esc");
	assert_string_equal(l.root.cmdline, "moe rom/x.cfg  a");
	assert_null(l.sigma0.cmdline);
	assert_int_equal(l.modules, 3);
	assert_module(0, "one two  three");
	assert_module(1, "two");
	assert_module(2, "three");
	assert_non_null(strstr(l.module[0].where, ":9"));
}

static void test_options(void **state)
{
	(void)state;
	assert_true(read_list("entry[arch=arm] e\nmodule wrong\n"
			      "entry[arch=x86|amd64, no-defaults] e\n"
			      "module[arch=arm,  fname=x] wrong\n"
			      "module[arch=amd64,bits=32] wrong\n"
			      "module[arch=amd64x] wrong\n"
			      "module[bits=64,fname = as it is ,uncompress] one\n"
			      "module[attr:nodes=0-3,no-shlib-scan] two\n"
			      "module[nofname=x] three\n",
			      "E"));
	assert_non_null(l.no_defaults);
	assert_int_equal(l.modules, 3);
	assert_string_equal(l.module[0].name, "as it is");
	assert_true(l.module[0].uncompress);
	assert_false(l.module[0].no_scan);
	assert_null(l.module[1].name);
	assert_true(l.module[1].no_scan);
	assert_null(l.module[2].name);
}

static void test_groups(void **state)
{
	(void)state;
	assert_true(read_list("group a the rest is comment\nmodule a1\n"
			      "group b\nmodule b1\n"
			      "group a\nmodule a2\n"
			      "entry e\nmodule first\nmodule-group b  a\nmodule last\n",
			      "e"));
	assert_int_equal(l.modules, 3 + 2 + 3);
	assert_module(3, "first");
	assert_module(4, "b1");
	assert_module(5, "a1");
	assert_module(6, "a2");
	assert_module(7, "last");
	for (unsigned i = 0; i < l.modules; i++)
		assert_int_equal(!l.module[i].group, i >= 3);
	assert_refused("entry e\nmodule-group nobody\n");
	assert_refused("group a\nmodule 1\nentry e\nmodule-group ab\n");
	assert_refused("group ab\nmodule 1\nentry e\nmodule-group a\n");
	assert_refused("group\nentry e\n");
	assert_refused("group a\nroottask moe\nentry e\n");
}

static void test_moe(void **state)
{
	(void)state;
	assert_true(read_list("entry e\nmoe sub/x.cfg\n", "e"));
	assert_string_equal(l.root.cmdline, "moe rom/x.cfg");
	assert_int_equal(l.modules, 1);
	assert_module(0, "sub/x.cfg");
}

/* Lines are single, and their arguments are the program's own business. */
static void test_arguments(void **state)
{
	(void)state;
	assert_true(read_list("entry e : f\nmodule wrong\n"
			      "entry e\n"
			      "module one \"two  words\" 'x y' --z=\\\n"
			      "module \"two\" # \"comment\"\n"
			      "module [glob] three\n"
			      "module four[glob] x\n",
			      "e"));
	assert_int_equal(l.modules, 4);
	assert_module(0, "one \"two  words\" 'x y' --z=\\");
	assert_module(1, "\"two\"");
	assert_module(2, "[glob] three");
	assert_module(3, "four[glob] x");
	assert_string_equal(l.entries.s[0], "e : f");
}

/* Of what is said twice the last counts; nothing behind = is nothing said. */
static void test_twice(void **state)
{
	(void)state;
	assert_true(read_list("default-kernel one\ndefault-kernel two -x\n"
			      "entry e\n"
			      "module[arch=arm,arch=amd64,fname=x,fname=y] one\n"
			      "module[arch=amd64,arch=arm] wrong\n"
			      "module[arch=,fname=] two\n"
			      "module[arch] wrong\n"
			      "sigma0 one\nsigma0 two\n"
			      "roottask[glob] /{a,b}/{c,d}\n",
			      "e"));
	assert_string_equal(l.kernel.cmdline, "two -x");
	assert_string_equal(l.sigma0.cmdline, "two");
	assert_string_equal(l.root.cmdline, "/b/d");
	assert_int_equal(l.modules, 2);
	assert_string_equal(l.module[0].name, "y");
	assert_module(1, "two");
	assert_null(l.module[1].name);
}

/* A group for another machine takes its modules along. */
static void test_foreign_group(void **state)
{
	(void)state;
	assert_true(read_list("group a\nmodule a1\ngroup[arch=arm] a\nmodule wrong\n"
			      "entry e\nmodule-group a\ngroup[bits=32] b\nmodule wrong\n",
			      "e"));
	assert_int_equal(l.modules, 2);
	assert_module(1, "a1");
}

/* Names in braces are names, whether there is such a file or not; patterns are files. */
static void test_braces(void **state)
{
	(void)state;
	assert_true(read_list("entry e\n"
			      "module[glob] /nowhere/{a,{b,c}d} /dev/nul[l] /nowhere/*\n"
			      "module[glob] /nowhere/{a\n",
			      "e"));
	assert_int_equal(l.modules, 5);
	assert_module(0, "/nowhere/a");
	assert_module(1, "/nowhere/bd");
	assert_module(2, "/nowhere/cd");
	assert_module(3, "/dev/null");
	assert_module(4, "/nowhere/{a");
}

/* An entry that wants no defaults does not get those of lines default-... either. */
static void test_no_defaults(void **state)
{
	struct boot_plan plan;

	(void)state;
	assert_true(read_list("default-sigma0 /dev/null\ndefault-roottask /dev/null\n"
			      "default-kernel k -x\nentry e\n",
			      "e"));
	assert_true(modlist_resolve(&l, 1 << 20, &plan));
	assert_string_equal(plan.kernel_cmdline, "k -x");
	assert_true(read_list("default-sigma0 /dev/null\ndefault-roottask /dev/null\n"
			      "entry[no-defaults] e\nroottask /dev/null\n",
			      "e"));
	assert_false(modlist_resolve(&l, 1 << 20, &plan));
	assert_true(read_list("default-kernel k -x\n"
			      "entry[no-defaults] e\nroottask /dev/null\nsigma0 /dev/null\n",
			      "e"));
	assert_true(modlist_resolve(&l, 1 << 20, &plan));
	assert_string_equal(plan.kernel_cmdline, "l4ux");
}

/* A list of its own; what is written there may include it. */
static void test_include(void **state)
{
	char path[] = "/tmp/l4ux-test-XXXXXX", text[512];
	int fd = mkstemp(path);

	(void)state;
	assert_int_equal(dprintf(fd, "module one\ninclude %s\nmodule two\n", path) > 0, 1);
	close(fd);
	/* Entries may share what they include. */
	snprintf(text, sizeof(text),
		 "group g\ninclude %s\nentry e\nmodule zero\ninclude[arch=arm] /nowhere\n"
		 "include %s\nmodule three\n",
		 path, path);
	assert_true(read_list(text, "e"));
	assert_int_equal(l.modules, 2 + 4);
	assert_module(2, "zero");
	assert_module(3, "one");
	assert_module(4, "two");
	assert_module(5, "three");
	unlink(path);
	assert_false(read_list(text, "e"));
}

static void test_variables(void **state)
{
	(void)state;
	setenv("L4UX_TEST", "/dir", 1);
	unsetenv("L4UX_NONE");
	assert_true(read_list("searchpath ${L4UX_TEST}/${ARCH}:/b\nentry e\n"
			      "module ${L4UX_TEST} as it is\n"
			      "module[perl] \"x-$ENV{BITS}.rd\"\n"
			      "module[perl] '$plain'\n",
			      "e"));
	assert_int_equal(l.search.count, 2);
	assert_string_equal(l.search.s[0], "/dir/amd64");
	assert_module(0, "${L4UX_TEST} as it is");
	assert_module(1, "x-64.rd");
	assert_module(2, "$plain");
	assert_refused("searchpath ${L4UX_NONE}\nentry e\n");
	assert_refused("searchpath ${}\nentry e\n");
	assert_refused("searchpath ${ARCH\nentry e\n");
}

static void test_refused(void **state)
{
	(void)state;
	assert_refused("entry other\n");
	assert_refused("");
	assert_refused("entry e\nfrobnicate x\n");
	assert_refused("entry e\nmodule\n");
	assert_refused("entry e\nmodule[fname=x y\n");
	assert_refused("entry e\nmodule[fname] x\n");
	assert_refused("entry e\nmodule[fname=../x] x\n");
	assert_refused("entry e\nmodule[shell] echo x\n");
	assert_refused("entry e\nmodule[perl] glob '*'\n");
	assert_refused("entry e\nmodule[perl] \"@{[ system 'x' ]}\"\n");
	assert_refused("entry e\nmodule[perl] \"$x\"\n");
	assert_refused("entry e\nmodule[glob] {a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}\n");
	assert_refused("entry e\ninitrd x\n");
	assert_refused("entry e\nset mode linux\n");
	assert_refused("default-nothing x\nentry e\n");
	assert_refused("include[glob] *\nentry e\n");
	assert_refused("include /nowhere/at/all\nentry e\n");
	/* What stands in entries not asked for does not matter. */
	assert_true(read_list("entry x\nset mode linux\nmodule[shell] x\nentry e\n", "e"));
}

/* Fills @text with @line, over and over. */
static void fill(char *text, size_t len, const char *line)
{
	for (size_t i = 0, n = strlen(line); i < len; i++)
		text[i] = line[i % n];
}

static void test_size(void **state)
{
	size_t len = (4 << 20) + 1;
	char *text = malloc(len);

	(void)state;
	fill(text, len, "entry e\n\n\n\n\n\n\n\n\n");
	assert_true(read_bytes(text, len - 1, "e"));
	assert_false(read_bytes(text, len, "e"));
	assert_false(read_bytes("entry e\n\0", 9, "e"));
	fill(text + 8, len - 8, "data x\n");
	assert_false(read_bytes(text, len - 1, "e")); /* too many modules */
	free(text);
}

/* Files: the truth of modlist_resolve() is in tests/boot; here only what cannot be found. */
static void test_resolve(void **state)
{
	struct boot_plan plan;

	(void)state;
	assert_true(read_list("entry[no-defaults] e\nroottask /dev/null\n", "e"));
	assert_false(modlist_resolve(&l, 1 << 20, &plan));
	assert_true(
		read_list("entry e\nroottask /dev/null a  b\nmodule[fname=n] /dev/null c\n", "e"));
	assert_true(modlist_resolve(&l, 1 << 20, &plan));
	assert_string_equal(plan.root.cmdline, "null a  b");
	assert_string_equal(plan.kernel_cmdline, "l4ux");
	assert_int_equal(plan.modules, 1);
	assert_string_equal(plan.module[0].cmdline, "n c");
	assert_true(read_list("entry e\nroottask /dev/null\nmodule nowhere-to-be-found\n", "e"));
	assert_false(modlist_resolve(&l, 1 << 20, &plan));
}

/* Everything the format has, to be mutated. */
static const char seed[] =
	"# comment\nmodaddr 0x01100000\ndefault-kernel fiasco -serial_esc\n"
	"default-bootstrap bootstrap\nsearchpath /nowhere:/${ARCH}\n"
	"group small extra\nmodule a b c\nbin[fname=q,arch=x86|amd64] x\n"
	"entry[arch=x86|amd64|arm] e\nroottask moe --init=rom/hello\nmoe a/b.cfg\n"
	"kernel fiasco -x\nsigma0 s0\nmodule-group small\nmodule[uncompress] vmlinuz\n"
	"module[perl] \"ramdisk-$ENV{ARCH}.rd\"\nmodule[glob] x{a,b}* y?\n"
	"module[attr:nodes=0-3] z\nentry f\nmodule l4re\n"
	"title[no-defaults] g\nroottask /dev/null\nsigma0 /dev/null\nmodule /dev/null # rest\n"
	"entry h\nmodule[shell] x\ninclude nothing.list\ninitrd i\nset mode linux\n";

/* Copies @from with some bytes changed, doubled, cut or moved; returns the length. */
static size_t mutate(const char *from, size_t len, char *to)
{
	static const char alphabet[] = "[]=,|#${}\n\n \t/\"'\\*?%e\0\xff";

	memcpy(to, from, len);
	for (unsigned n = rand() % 6; n > 0; n--) {
		size_t a = rand() % len, b = rand() % len, size = rand() % 40;

		switch (rand() % 4) {
		case 0:
			to[a] = alphabet[rand() % (sizeof(alphabet) - 1)];
			break;
		case 1: /* copy a piece somewhere else */
			if (a + size <= len && b + size <= len)
				memmove(to + b, to + a, size);
			break;
		case 2: /* cut a piece out */
			if (a + size < len) {
				memmove(to + a, to + a + size, len - a - size);
				len -= size;
			}
			break;
		default:
			if (rand() % 8 == 0)
				len = a + 1;
		}
	}
	return len;
}

static void test_mutations(void **state)
{
	static const char *const entries[] = { "e", "f", "g", "h" };
	char text[sizeof(seed)];
	unsigned good = 0, before;
	struct boot_plan plan;

	(void)state;
	srand(1);
	for (unsigned i = 0; i < ROUNDS; i++) {
		size_t len = mutate(seed, sizeof(seed) - 1, text);
		bool ok;

		before = report_count();
		ok = read_bytes(text, len, entries[i % 4]);
		assert_int_equal(report_count(), before + !ok);
		good += ok;
		if (!ok)
			continue;
		ok = modlist_resolve(&l, 1 << 20, &plan);
		assert_int_equal(report_count(), before + !ok);
	}
	/* Of both kinds there must be many, or the mutations show nothing. */
	assert_in_range(good, ROUNDS / 20, ROUNDS - ROUNDS / 20);
	modlist_free(&l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_entry),         cmocka_unit_test(test_options),
		cmocka_unit_test(test_arguments),     cmocka_unit_test(test_twice),
		cmocka_unit_test(test_foreign_group), cmocka_unit_test(test_braces),
		cmocka_unit_test(test_no_defaults),   cmocka_unit_test(test_include),
		cmocka_unit_test(test_groups),        cmocka_unit_test(test_moe),
		cmocka_unit_test(test_variables),     cmocka_unit_test(test_refused),
		cmocka_unit_test(test_size),          cmocka_unit_test(test_resolve),
		cmocka_unit_test(test_mutations),
	};

	/* The messages are counted, not looked at: 20,000 of them help nobody. */
	if (!getenv("L4UX_TEST_MESSAGES") && !freopen("/dev/null", "w", stderr))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
