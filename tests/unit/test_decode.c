// SPDX-License-Identifier: MIT
/* What kind of access made an instruction fault. */
#include "fake_system.h"

#include "core/mapdb.h"
#include "engine/decode.h"
#include "host/memory.h"

#include <l4/abi/utcb.h>
#include <string.h>

#define RAM_PAGE 0x200000UL
#define CODE 0x40000000UL
#define DATA 0x50000000UL

static struct factory *f;
static struct task *root, *task;
static char ram[2 * L4_PAGESIZE];

void *memory_ptr(uint64_t pa)
{
	return pa >= RAM_PAGE && pa - RAM_PAGE < sizeof(ram) ? ram + (pa - RAM_PAGE) : NULL;
}

static int setup(void **state)
{
	struct map_range r = { RAM_PAGE, CODE, 13 };

	(void)state;
	fake_reset();
	decode_init();
	f = factory_create(NULL, FACTORY_UNLIMITED);
	root = fake_task(f);
	task = fake_task(f);
	root->space.identity_start = 0x10000;
	root->space.identity_end = 0x1000000;
	assert_int_equal(mapdb_map(&root->space, &task->space, r, L4_FPAGE_RX, false), 1);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	fake_end(task);
	fake_end(root);
	kobj_unpin(&f->obj);
	return 0;
}

/* mov %rax, (%rdi) with its first byte at @offset of the code */
static uint64_t store_at(unsigned offset, uint64_t fault)
{
	static const unsigned char code[] = { 0x48, 0x89, 0x07 };
	l4_exc_regs_t r = { .ip = CODE + offset, .rdi = DATA, .cs = L4_USER_CS64 };

	memcpy(ram + offset, code, sizeof(code));
	return decode_access(&task->space, &r, fault);
}

static void store(void **state)
{
	(void)state;
	assert_int_equal(store_at(0x100, DATA), L4_PF_WRITE);
	assert_int_equal(store_at(0x100, DATA + 7), L4_PF_WRITE);
	assert_int_equal(store_at(0x100, CODE + 0x100), L4_PF_FETCH);
}

/* The rest of the instruction is in a page that the host has yet to be given. */
static void fetch_across_pages(void **state)
{
	(void)state;
	assert_int_equal(store_at(0xffe, CODE + 0x1000), L4_PF_FETCH);
	assert_int_equal(store_at(0xffe, DATA), L4_PF_WRITE);
	assert_int_equal(store_at(0xffd, DATA), L4_PF_WRITE);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = { T(store), T(fetch_across_pages) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
