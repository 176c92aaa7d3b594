/* SPDX-License-Identifier: MIT */
/*
 * Signal frames: what a handler finds in one, what it changes there, frames within frames, and
 * frames that cannot be written or read.
 */
#define _GNU_SOURCE
#include "check.h"

#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <ucontext.h>
#include <unistd.h>

#define FX_SIZE 512
#define FX_MXCSR 24
#define SW_BYTES 464
#define MAGIC1 0x46505853u
#define MAGIC2 0x46505845u
#define MXCSR_DEFAULT 0x1f80u
#define MXCSR_ROUND_UP 0x5f80u
#define DEPTH 4

struct sw_bytes {
	uint32_t magic1, extended_size;
	uint64_t features;
	uint32_t size;
};

static char alt_stack[65536] __attribute__((aligned(4096)));
static unsigned char ymm[32], wanted[32], zeros[32];
static uint32_t mxcsr;
static volatile int hits;

static void handle(int signal, void (*handler)(int, siginfo_t *, void *), int flags)
{
	struct sigaction action = { .sa_sigaction = handler, .sa_flags = SA_SIGINFO | flags };

	CHECK_OK(sigaction(signal, &action, NULL));
	hits = 0;
}

static long send_self(int signal)
{
	return syscall(SYS_tgkill, getpid(), gettid(), signal);
}

/* With values in vector registers: what is there afterwards is in @ymm and @mxcsr. */
__attribute__((target("avx"))) static void send_with_ymm(int signal)
{
	uint32_t rounding = MXCSR_ROUND_UP, normal = MXCSR_DEFAULT;
	long r;

	for (unsigned int i = 0; i < sizeof(wanted); i++)
		wanted[i] = (unsigned char)(i * 7 + 1);
	asm volatile("ldmxcsr %4\n\tvmovdqu %3, %%ymm5\n\tsyscall\n\t"
		     "vmovdqu %%ymm5, %1\n\tstmxcsr %2\n\tldmxcsr %5\n\tvzeroupper"
		     : "=a"(r), "=m"(ymm), "=m"(mxcsr)
		     : "m"(wanted), "m"(rounding), "m"(normal), "a"(SYS_kill), "D"(getpid()),
		       "S"(signal)
		     : "rcx", "r11", "memory", "xmm5");
	CHECK_EQ(r, 0);
}

static ucontext_t seen;
static siginfo_t seen_info;
static struct sw_bytes seen_sw;
static uint32_t seen_magic2;
static uintptr_t seen_area;

static void look(int signal, siginfo_t *info, void *context)
{
	ucontext_t *uc = context;
	char *area = (char *)uc->uc_mcontext.fpregs;

	(void)signal;
	memcpy(&seen, uc, offsetof(ucontext_t, uc_sigmask) + sizeof(uint64_t));
	memcpy(&seen_sw, area + SW_BYTES, sizeof(seen_sw));
	if (seen_sw.magic1 == MAGIC1)
		memcpy(&seen_magic2, area + seen_sw.size, sizeof(seen_magic2));
	seen_info = *info;
	seen_area = (uintptr_t)area;
	hits++;
}

static void test_contents(void)
{
	const stack_t stack = { .ss_sp = alt_stack, .ss_size = sizeof(alt_stack) };
	union sigval value = { .sival_ptr = (void *)0x123456789abcdef };
	uint64_t mask;
	sigset_t set;

	CHECK_OK(sigaltstack(&stack, NULL));
	handle(SIGUSR1, look, SA_ONSTACK);
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGRTMIN + 3);
	CHECK_OK(sigprocmask(SIG_BLOCK, &set, NULL));
	CHECK_OK(sigqueue(getpid(), SIGUSR1, value));
	CHECK_OK(sigprocmask(SIG_UNBLOCK, &set, NULL));
	CHECK_EQ(hits, 1);
	CHECK_EQ(seen_info.si_signo, SIGUSR1);
	CHECK_EQ(seen_info.si_code, SI_QUEUE);
	CHECK_EQ(seen_info.si_pid, getpid());
	CHECK(seen_info.si_value.sival_ptr == value.sival_ptr);
	CHECK(seen.uc_link == NULL);
	CHECK(seen.uc_stack.ss_sp == alt_stack);
	CHECK_EQ(seen.uc_stack.ss_size, sizeof(alt_stack));
	CHECK_EQ(seen.uc_stack.ss_flags, 0);
	memcpy(&mask, &seen.uc_sigmask, sizeof(mask));
	CHECK_EQ(mask, 1UL << (SIGTERM - 1) | 1UL << (SIGRTMIN + 3 - 1));
	CHECK_EQ(seen.uc_mcontext.gregs[REG_OLDMASK], mask);
	CHECK_EQ(seen.uc_mcontext.gregs[REG_CSGSFS] & 0xffff, 0x33);
	CHECK_EQ(seen.uc_mcontext.gregs[REG_RAX], 0);
	CHECK_EQ(seen_area & 63, 0);
	CHECK(seen_area > (uintptr_t)alt_stack &&
	      seen_area < (uintptr_t)(alt_stack + sizeof(alt_stack)));
	CHECK_EQ(seen_sw.magic1, MAGIC1);
	CHECK_EQ(seen_sw.extended_size, seen_sw.size + sizeof(seen_magic2));
	CHECK_EQ(seen_sw.features & 3, 3);
	CHECK_EQ(seen_magic2, MAGIC2);
	CHECK_OK(sigaltstack(&(stack_t){ .ss_flags = SS_DISABLE }, NULL));
}

static void change(int signal, siginfo_t *info, void *context)
{
	ucontext_t *uc = context;

	(void)signal, (void)info;
	uc->uc_mcontext.gregs[REG_RAX] = 0x1122334455667788;
	uc->uc_mcontext.gregs[REG_EFL] |= 1; /* carry */
	sigaddset(&uc->uc_sigmask, SIGUSR2);
	uc->uc_stack = (stack_t){ .ss_sp = alt_stack, .ss_size = sizeof(alt_stack) };
	hits++;
}

static void test_changes(void)
{
	unsigned char carry;
	sigset_t now;
	stack_t stack;
	long r;

	handle(SIGUSR1, change, 0);
	asm volatile("syscall\n\tsetc %1"
		     : "=a"(r), "=r"(carry)
		     : "a"(SYS_kill), "D"(getpid()), "S"(SIGUSR1)
		     : "rcx", "r11", "memory");
	CHECK_EQ(hits, 1);
	CHECK_EQ(r, 0x1122334455667788);
	CHECK_EQ(carry, 1);
	CHECK_OK(sigprocmask(SIG_SETMASK, NULL, &now));
	CHECK(sigismember(&now, SIGUSR2) == 1 && sigismember(&now, SIGUSR1) == 0);
	CHECK_OK(sigaltstack(NULL, &stack));
	CHECK(stack.ss_sp == alt_stack && !(stack.ss_flags & SS_DISABLE));
	sigemptyset(&now);
	CHECK_OK(sigprocmask(SIG_SETMASK, &now, NULL));
	CHECK_OK(sigaltstack(&(stack_t){ .ss_flags = SS_DISABLE }, NULL));
}

static void nest(int signal, siginfo_t *info, void *context)
{
	static uintptr_t above;
	uintptr_t here = (uintptr_t)context;
	volatile long mine = hits;

	(void)info;
	CHECK(!hits || here < above);
	above = here;
	if (++hits < DEPTH)
		send_self(signal);
	CHECK_EQ(mine, --hits);
}

static void test_nesting(void)
{
	handle(SIGUSR1, nest, SA_NODEFER);
	CHECK_OK(send_self(SIGUSR1));
	CHECK_EQ(hits, 0);
}

static void keep_state(int signal, siginfo_t *info, void *context)
{
	(void)signal, (void)info, (void)context;
	asm volatile("pxor %%xmm5, %%xmm5" ::: "xmm5");
}

static void without_area(int signal, siginfo_t *info, void *context)
{
	(void)signal, (void)info;
	((ucontext_t *)context)->uc_mcontext.fpregs = NULL;
}

static void without_magic(int signal, siginfo_t *info, void *context)
{
	(void)signal, (void)info;
	memset((char *)((ucontext_t *)context)->uc_mcontext.fpregs + SW_BYTES, 0, 4);
}

static void without_second_magic(int signal, siginfo_t *info, void *context)
{
	char *area = (char *)((ucontext_t *)context)->uc_mcontext.fpregs;

	(void)signal, (void)info;
	memset(area + ((struct sw_bytes *)(area + SW_BYTES))->size, 0, 4);
}

/* An area that ends with its first 512 bytes, says that it does not, and does not say so. */
static void too_short(int signal, siginfo_t *info, void *context)
{
	ucontext_t *uc = context;
	char *page = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char *to = page + 4096 - FX_SIZE;

	(void)signal, (void)info;
	if (page == MAP_FAILED || munmap(page + 4096, 4096) < 0)
		return;
	memcpy(to, uc->uc_mcontext.fpregs, FX_SIZE);
	uc->uc_mcontext.fpregs = (void *)to;
}

static void short_area(int signal, siginfo_t *info, void *context)
{
	too_short(signal, info, context);
	without_magic(signal, info, context);
}

static void expect_sse_only(void (*handler)(int, siginfo_t *, void *))
{
	handle(SIGUSR1, handler, 0);
	send_with_ymm(SIGUSR1);
	CHECK_MEM(ymm, wanted, 16);
	CHECK_MEM(ymm + 16, zeros, 16);
	CHECK_EQ(mxcsr, MXCSR_ROUND_UP);
}

static void test_vector_state(void)
{
	if (!__builtin_cpu_supports("avx")) {
		check_note("no AVX: vector state is not looked at");
		return;
	}
	handle(SIGUSR1, keep_state, 0);
	send_with_ymm(SIGUSR1);
	CHECK_MEM(ymm, wanted, sizeof(ymm));
	CHECK_EQ(mxcsr, MXCSR_ROUND_UP);
	handle(SIGUSR1, without_area, 0);
	send_with_ymm(SIGUSR1);
	CHECK_MEM(ymm, zeros, sizeof(ymm));
	CHECK_EQ(mxcsr, MXCSR_DEFAULT);
	expect_sse_only(without_magic);
	expect_sse_only(without_second_magic);
	expect_sse_only(short_area);
}

static void unmapped_area(int signal, siginfo_t *info, void *context)
{
	(void)signal, (void)info;
	((ucontext_t *)context)->uc_mcontext.fpregs = (void *)0x10000000000;
}

static void send_from_stack(uintptr_t sp)
{
	asm volatile("movq %0, %%rsp\n\tsyscall\n\tud2" ::"r"(sp), "a"(SYS_kill), "D"(getpid()),
		     "S"(SIGUSR1)
		     : "rcx", "r11", "memory");
}

static void return_from_stack(uintptr_t sp)
{
	asm volatile("movq %0, %%rsp\n\tsyscall\n\tud2" ::"r"(sp), "a"(SYS_rt_sigreturn)
		     : "rcx", "r11", "memory");
}

static void dies(void (*call)(uintptr_t), uintptr_t argument)
{
	pid_t child = CHECK_OK(fork());

	if (!child) {
		call(argument);
		_exit(3);
	}
	CHECK_KILLED(child, SIGSEGV);
}

static void send_plainly(uintptr_t unused)
{
	(void)unused;
	send_self(SIGUSR1);
}

static void test_bad_places(void)
{
	char *page = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	CHECK(page != MAP_FAILED);
	handle(SIGUSR1, look, 0);
	dies(send_from_stack, (uintptr_t)page + 4096);
	dies(send_from_stack, 64);
	dies(send_from_stack, ~0UL << 12);
	dies(return_from_stack, 64);
	dies(return_from_stack, ~0UL << 12);
	dies(return_from_stack, (uintptr_t)page + 4096 - 64);
	handle(SIGUSR1, unmapped_area, 0);
	dies(send_plainly, 0);
	handle(SIGUSR1, too_short, 0);
	dies(send_plainly, 0);
}

int main(void)
{
	check_start("sigframe");
	test_contents();
	test_changes();
	test_nesting();
	test_vector_state();
	test_bad_places();
	return check_done();
}
