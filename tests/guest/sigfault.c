/* SPDX-License-Identifier: MIT */
/*
 * Signals from faults: si_code and si_addr right, return by siglongjmp and by repair, handlers
 * on an alternate stack, stack overflow, SIGBUS behind the end of a file and when misaligned,
 * SIGFPE, SIGILL, SIGTRAP.
 */
#define _GNU_SOURCE
#include "check.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

#define PAGE 4096
#define EFLAGS_AC 0x40000

static sigjmp_buf back;
static siginfo_t info;
static volatile int count;
static uintptr_t handler_stack, fault_rip;
static unsigned long fault_err, fault_cr2;
static char alternate[64 * 1024] __attribute__((aligned(16)));

static void jump_out(int signal, siginfo_t *got, void *context)
{
	ucontext_t *uc = context;

	(void)signal;
	info = *got;
	count++;
	handler_stack = (uintptr_t)__builtin_frame_address(0);
	fault_rip = uc->uc_mcontext.gregs[REG_RIP];
	fault_err = uc->uc_mcontext.gregs[REG_ERR];
	fault_cr2 = uc->uc_mcontext.gregs[REG_CR2];
	siglongjmp(back, 1);
}

static void handle(int signal, void (*handler)(int, siginfo_t *, void *), int flags)
{
	struct sigaction action = { .sa_sigaction = handler, .sa_flags = SA_SIGINFO | flags };

	CHECK_OK(sigaction(signal, &action, NULL));
	count = 0;
}

#define EXPECT_FAULT(statement, signal_, code, address) \
	do { \
		memset(&info, 0, sizeof(info)); \
		if (!sigsetjmp(back, 1)) { \
			statement; \
			check_note("%s:%d: no signal came from: %s", __FILE__, __LINE__, \
				   #statement); \
			CHECK(!"a signal was expected"); \
		} \
		CHECK_EQ(info.si_signo, signal_); \
		CHECK_EQ(info.si_code, code); \
		CHECK_EQ((uintptr_t)info.si_addr, (uintptr_t)(address)); \
	} while (0)

static void test_segv(void)
{
	char *page = mmap(NULL, 3 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
			  0);
	volatile char *p = page, sink;

	handle(SIGSEGV, jump_out, 0);
	page[0] = 1;
	munmap(page + PAGE, PAGE);
	EXPECT_FAULT(sink = p[PAGE + 123], SIGSEGV, SEGV_MAPERR, page + PAGE + 123);
	CHECK_EQ(fault_err & 6, 4);
	CHECK_EQ(fault_cr2, (uintptr_t)page + PAGE + 123);
	EXPECT_FAULT(p[PAGE + 7] = 1, SIGSEGV, SEGV_MAPERR, page + PAGE + 7);
	CHECK_EQ(fault_err & 6, 6);
	mprotect(page, PAGE, PROT_READ);
	EXPECT_FAULT(p[5] = 1, SIGSEGV, SEGV_ACCERR, page + 5);
	CHECK_EQ(p[0], 1);
	mprotect(page, PAGE, PROT_NONE);
	EXPECT_FAULT(sink = p[6], SIGSEGV, SEGV_ACCERR, page + 6);
	EXPECT_FAULT(sink = *(volatile char *)8, SIGSEGV, SEGV_MAPERR, 8);
	EXPECT_FAULT(((void (*)(void))0x10)(), SIGSEGV, SEGV_MAPERR, 0x10);
	CHECK_EQ(fault_rip, 0x10);
	/* The kernel's half and non-canonical addresses: a fault like any other. */
	memset(&info, 0, sizeof(info));
	if (!sigsetjmp(back, 1)) {
		sink = *(volatile char *)0x1234567812345678;
		CHECK(!"a signal was expected");
	}
	CHECK_EQ(info.si_signo, SIGSEGV);
	EXPECT_FAULT(sink = *(volatile char *)0xffffffff80000000, SIGSEGV, SEGV_MAPERR,
		     0xffffffff80000000);
	(void)sink;
	CHECK_EQ(count, 8);
}

static char *repair_page;

static void repair(int signal, siginfo_t *got, void *context)
{
	(void)signal, (void)context;
	info = *got;
	count++;
	mprotect(repair_page, PAGE, PROT_READ | PROT_WRITE);
}

/* The handler makes the page usable and returns: the instruction runs again, once. */
static void test_repair(void)
{
	volatile int *counter;

	repair_page = mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	counter = (int *)repair_page;
	handle(SIGSEGV, repair, 0);
	for (int i = 0; i < 1000; i++) {
		mprotect(repair_page, PAGE, PROT_READ);
		(*counter)++;
	}
	CHECK_EQ(*counter, 1000);
	CHECK_EQ(count, 1000);
}

static __attribute__((noinline)) int overflow(int n)
{
	volatile char big[8192];

	big[0] = (char)n;
	return n < 0 ? 0 : overflow(n + 1) + big[0];
}

static void test_alternate_stack(void)
{
	stack_t stack = { .ss_sp = alternate, .ss_size = sizeof(alternate) }, now;
	uintptr_t low = (uintptr_t)alternate, high = low + sizeof(alternate);

	CHECK_OK(sigaltstack(&stack, NULL));
	handle(SIGSEGV, jump_out, SA_ONSTACK);
	if (!sigsetjmp(back, 1)) {
		overflow(0);
		CHECK(!"the stack was expected to overflow");
	}
	CHECK_EQ(info.si_signo, SIGSEGV);
	CHECK(handler_stack >= low && handler_stack < high);
	CHECK_OK(sigaltstack(NULL, &now));
	CHECK_EQ(now.ss_flags, 0);
	CHECK_EQ((uintptr_t)now.ss_sp, low);
}

static void test_bus(void)
{
	int fd = CHECK_OK(memfd_create("short", 0));
	volatile char *p, sink;

	CHECK_OK(ftruncate(fd, 2 * PAGE));
	p = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	handle(SIGBUS, jump_out, 0);
	p[PAGE] = 9;
	CHECK_OK(ftruncate(fd, 100));
	EXPECT_FAULT(sink = p[PAGE + 1], SIGBUS, BUS_ADRERR, p + PAGE + 1);
	EXPECT_FAULT(p[PAGE + 2] = 1, SIGBUS, BUS_ADRERR, p + PAGE + 2);
	CHECK_OK(ftruncate(fd, 2 * PAGE));
	CHECK_EQ(p[PAGE], 0);
	(void)sink;
}

/* Labels inside the assembly of test_arithmetic(). */
extern char the_division[], the_ud2[], after_int3[];

/* Turns the alignment check off where it has failed. */
static void align(int signal, siginfo_t *got, void *context)
{
	((ucontext_t *)context)->uc_mcontext.gregs[REG_EFL] &= ~EFLAGS_AC;
	info.si_signo = signal;
	info.si_code = got->si_code;
	count++;
}

static void test_alignment(void)
{
	static const unsigned long words[2] = { 0x1122334455667788, 0x99 };
	unsigned long word;

	handle(SIGBUS, align, 0);
	__asm__ volatile("pushf\n"
			 "orl %2, (%%rsp)\n"
			 "popf\n"
			 "mov 1(%1), %0\n"
			 : "=&r"(word)
			 : "r"(words), "i"(EFLAGS_AC)
			 : "memory");
	CHECK_EQ(word, 0x9911223344556677);
	CHECK_EQ(count, 1);
	CHECK_EQ(info.si_signo, SIGBUS);
	CHECK_EQ(info.si_code, BUS_ADRALN);
}

static void test_arithmetic(void)
{
	volatile int zero = 0, one = 1, sink;

	handle(SIGFPE, jump_out, 0);
	EXPECT_FAULT(asm volatile("xor %%edx, %%edx; mov $1, %%eax; xor %%ecx, %%ecx\n"
				  ".globl the_division; the_division: div %%ecx" ::
					  : "eax", "ecx", "edx"),
		     SIGFPE, FPE_INTDIV, the_division);
	EXPECT_FAULT(sink = one / zero, SIGFPE, FPE_INTDIV, fault_rip);
	(void)sink;
	/* An unmasked SSE exception carries the kind of error. */
	unsigned int mxcsr = 0x1f80 & ~(1u << 9);
	volatile double top = 1, bottom = 0, quotient;

	EXPECT_FAULT(asm volatile("ldmxcsr %0" ::"m"(mxcsr));
		     quotient = top / bottom, SIGFPE, FPE_FLTDIV, fault_rip);
	mxcsr = 0x1f80;
	asm volatile("ldmxcsr %0" ::"m"(mxcsr));
	(void)quotient;

	handle(SIGILL, jump_out, 0);
	EXPECT_FAULT(asm volatile(".globl the_ud2; the_ud2: ud2"), SIGILL, ILL_ILLOPN, the_ud2);
	handle(SIGTRAP, jump_out, 0);
	memset(&info, 0, sizeof(info));
	if (!sigsetjmp(back, 1)) {
		asm volatile("int3; .globl after_int3; after_int3: nop");
		CHECK(!"a signal was expected");
	}
	CHECK_EQ(info.si_signo, SIGTRAP);
	CHECK_EQ(fault_rip, (uintptr_t)after_int3);
}

int main(void)
{
	check_start("sigfault");
	test_segv();
	test_repair();
	test_alternate_stack();
	test_bus();
	test_alignment();
	test_arithmetic();
	return check_done();
}
