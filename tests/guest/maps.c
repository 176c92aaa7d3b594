/* SPDX-License-Identifier: MIT */
/* mmap, mprotect, mremap, MAP_FIXED, shared memory, code written at run time, brk, madvise. */
#define _GNU_SOURCE
#include "check.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGE 4096
#define RW (PROT_READ | PROT_WRITE)
#define ANON (MAP_PRIVATE | MAP_ANONYMOUS)

static sigjmp_buf back;

static void on_fault(int signal)
{
	(void)signal;
	siglongjmp(back, 1);
}

static int can_read(volatile char *p)
{
	if (sigsetjmp(back, 1))
		return 0;
	(void)*p;
	return 1;
}

static int can_write(volatile char *p)
{
	if (sigsetjmp(back, 1))
		return 0;
	*p = *p;
	return 1;
}

static void test_shared(void)
{
	int *p = mmap(NULL, PAGE, RW, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pid_t child = CHECK_OK(fork());

	if (!child) {
		for (int i = 0; i < 1000; i++)
			__atomic_add_fetch(p, 1, __ATOMIC_SEQ_CST);
		p[100] = 4711;
		_exit(0);
	}
	for (int i = 0; i < 1000; i++)
		__atomic_add_fetch(p, 1, __ATOMIC_SEQ_CST);
	CHECK_EXIT(child, 0);
	CHECK_EQ(p[0], 2000);
	CHECK_EQ(p[100], 4711);
	munmap(p, PAGE);
}

static void test_protect(void)
{
	char *p = mmap(NULL, 4 * PAGE, RW, ANON, -1, 0);

	memset(p, 'a', 4 * PAGE);
	CHECK_OK(mprotect(p + PAGE, PAGE, PROT_READ));
	CHECK_OK(mprotect(p + 2 * PAGE, PAGE, PROT_NONE));
	CHECK(can_write(p) && can_write(p + 3 * PAGE));
	CHECK(can_read(p + PAGE) && !can_write(p + PAGE));
	CHECK(!can_read(p + 2 * PAGE));
	CHECK_OK(mprotect(p, 4 * PAGE, RW));
	CHECK(can_write(p + PAGE) && can_write(p + 2 * PAGE));
	CHECK_EQ(p[2 * PAGE], 'a');
	CHECK_OK(munmap(p + PAGE, PAGE));
	CHECK(!can_read(p + PAGE) && can_read(p) && can_read(p + 2 * PAGE));
	CHECK_ERRNO(mprotect(p, 4 * PAGE, PROT_READ), ENOMEM);
	munmap(p, 4 * PAGE);
}

static void test_fixed(void)
{
	char *p = mmap(NULL, 3 * PAGE, RW, ANON, -1, 0), *q;

	memset(p, 'x', 3 * PAGE);
	q = mmap(p + PAGE, PAGE, RW, ANON | MAP_FIXED, -1, 0);
	CHECK(q == p + PAGE);
	CHECK_EQ(q[0], 0);
	CHECK_EQ(p[0], 'x');
	CHECK_EQ(p[2 * PAGE], 'x');
	CHECK_ERRNO(mmap(p, PAGE, RW, ANON | MAP_FIXED_NOREPLACE, -1, 0), EEXIST);
	CHECK_EQ(p[0], 'x');
	/* Low, middle and high addresses. */
	q = mmap((void *)0x12340000, PAGE, RW, ANON | MAP_FIXED, -1, 0);
	CHECK(q == (void *)0x12340000);
	q[0] = 1;
	munmap(q, PAGE);
	munmap(p, 3 * PAGE);
}

static void test_move(void)
{
	char *p = mmap(NULL, 4 * PAGE, RW, ANON, -1, 0), *q;

	for (int i = 0; i < 4; i++)
		p[i * PAGE] = (char)('0' + i);
	q = mmap(NULL, 16 * PAGE, PROT_NONE, ANON, -1, 0);
	q = mremap(p, 4 * PAGE, 16 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, q);
	CHECK(q != MAP_FAILED && q != p);
	CHECK(!can_read(p));
	for (int i = 0; i < 4; i++)
		CHECK_EQ(q[i * PAGE], '0' + i);
	CHECK_EQ(q[10 * PAGE], 0);
	CHECK_EQ(mremap(q, 16 * PAGE, 2 * PAGE, 0), q);
	CHECK(can_read(q + PAGE) && !can_read(q + 2 * PAGE));
	munmap(q, 2 * PAGE);
}

/* Code that changes: the second call must run the new instructions. */
static void test_code(void)
{
	unsigned char *code = mmap(NULL, PAGE, RW | PROT_EXEC, ANON, -1, 0);
	int (*run)(void) = (int (*)(void))code;

	for (int i = 0; i < 200; i++) {
		/* mov $i, %eax; ret */
		code[0] = 0xb8;
		memcpy(code + 1, &i, 4);
		code[5] = 0xc3;
		CHECK_EQ(run(), i);
	}
	CHECK_OK(mprotect(code, PAGE, PROT_READ | PROT_EXEC));
	CHECK(!can_write((char *)code));
	CHECK_EQ(run(), 199);
	munmap(code, PAGE);
}

static void test_file(void)
{
	int fd = CHECK_OK(open("/tmp/maps.tmp", O_RDWR | O_CREAT | O_TRUNC, 0600));
	char text[6] = "", *p;

	CHECK_OK(unlink("/tmp/maps.tmp"));
	CHECK_OK(ftruncate(fd, 3 * PAGE));
	p = mmap(NULL, 2 * PAGE, RW, MAP_SHARED, fd, PAGE);
	memcpy(p + PAGE, "mapped", 6);
	CHECK_EQ(pread(fd, text, 6, 2 * PAGE), 6);
	CHECK_MEM(text, "mapped", 6);
	CHECK_EQ(pwrite(fd, "writte", 6, PAGE), 6);
	CHECK_MEM(p, "writte", 6);
	CHECK_OK(msync(p, 2 * PAGE, MS_SYNC));
	munmap(p, 2 * PAGE);
	close(fd);
}

static void test_rest(void)
{
	char *top = sbrk(0), *p;

	CHECK(sbrk(3 * PAGE) == top);
	memset(top, 3, 3 * PAGE);
	CHECK_OK(brk(top));
	CHECK(sbrk(PAGE) == top);
	CHECK_EQ(top[PAGE - 1], 0);

	p = mmap(NULL, 2 * PAGE, RW, ANON, -1, 0);
	p[0] = 'd';
	CHECK_OK(madvise(p, PAGE, MADV_DONTNEED));
	CHECK_EQ(p[0], 0);
	CHECK_ERRNO(mmap((void *)1, PAGE, RW, ANON | MAP_FIXED, -1, 0), EINVAL);
	CHECK_ERRNO(mmap(NULL, 0, RW, ANON, -1, 0), EINVAL);
	CHECK_ERRNO(mmap(NULL, 1ul << 60, RW, ANON, -1, 0), ENOMEM);
	CHECK_ERRNO(munmap(p + 1, PAGE), EINVAL);
}

int main(void)
{
	check_start("maps");
	signal(SIGSEGV, on_fault);
	test_shared();
	test_protect();
	test_fixed();
	test_move();
	test_code();
	test_file();
	test_rest();
	return check_done();
}
