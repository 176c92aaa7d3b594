/* SPDX-License-Identifier: MIT */
/*
 * Instructions a guest process must not get away with. Each one ends in the signal a real
 * machine gives, in this process only. Each runs in a child of its own.
 */
#define _GNU_SOURCE
#include "check.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void do_int3(void)
{
	asm volatile("int3");
}
static void do_int1(void)
{
	asm volatile(".byte 0xf1");
}
static void do_ud2(void)
{
	asm volatile("ud2");
}
static void do_hlt(void)
{
	asm volatile("hlt");
}
static void do_cli(void)
{
	asm volatile("cli");
}
static void do_in(void)
{
	asm volatile("inb $0x60, %%al" ::: "rax");
}
static void do_out(void)
{
	asm volatile("outb %%al, $0x80" ::);
}
static void do_rdmsr(void)
{
	asm volatile("rdmsr" ::"c"(0x10) : "rax", "rdx");
}
static void do_cr0(void)
{
	asm volatile("mov %%cr0, %%rax" ::: "rax");
}
static void do_lgdt(void)
{
	asm volatile("lgdt (%%rsp)" ::: "memory");
}
static void do_iretq(void)
{
	asm volatile("push $0; push $0; push $0; push $0; push $0; iretq");
}
static void do_int80(void)
{
	/* exit(0) of the 32-bit table, write() of the 64-bit one: neither may happen. */
	asm volatile("int $0x80" ::"a"(1), "b"(0), "D"(1), "S"("int80!\n"), "d"(7) : "memory");
}
static void do_int42(void)
{
	asm volatile("int $0x42");
}
static void do_vsyscall(void)
{
	/* Old kernels answer here: then the answer must be the time. Ours has no such page. */
	long told = ((long (*)(long *))0xffffffffff600400)(NULL);

	if (labs(told - time(NULL)) <= 1)
		raise(SIGSEGV);
}
static void do_bad_jump(void)
{
	asm volatile("movabs $0x8000000000000000, %%rax; jmp *%%rax" ::: "rax");
}
static void do_bad_stack(void)
{
	asm volatile("xor %%esp, %%esp; push %%rax" ::: "memory");
}
static void do_step(void)
{
	/* Single step without a debugger. */
	asm volatile("pushfq; orl $0x100, (%%rsp); popfq; nop" ::: "memory", "cc");
}
static void do_fall(void)
{
	char *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS,
		       -1, 0);

	/* A page full of nops: execution runs off its end, where nothing is mapped. */
	memset(p, 0x90, 4096);
	munmap(p + 4096, 4096);
	((void (*)(void))p)();
}

static const struct {
	const char *name;
	void (*run)(void);
	int signal;
} cases[] = {
	{ "int3", do_int3, SIGTRAP },
	{ "int1", do_int1, SIGTRAP },
	{ "ud2", do_ud2, SIGILL },
	{ "hlt", do_hlt, SIGSEGV },
	{ "cli", do_cli, SIGSEGV },
	{ "in", do_in, SIGSEGV },
	{ "out", do_out, SIGSEGV },
	{ "rdmsr", do_rdmsr, SIGSEGV },
	{ "mov cr0", do_cr0, SIGSEGV },
	{ "lgdt", do_lgdt, SIGSEGV },
	{ "iretq to nowhere", do_iretq, SIGSEGV },
	{ "int 0x80", do_int80, SIGSEGV },
	{ "int 0x42", do_int42, SIGSEGV },
	{ "vsyscall page", do_vsyscall, SIGSEGV },
	{ "non-canonical jump", do_bad_jump, SIGSEGV },
	{ "null stack", do_bad_stack, SIGSEGV },
	{ "single step", do_step, SIGTRAP },
	{ "run off a page", do_fall, SIGSEGV },
};

/* System calls that do not exist: ENOSYS, and the process goes on. */
static void test_numbers(void)
{
	CHECK_ERRNO(syscall(500000), ENOSYS);
	CHECK_ERRNO(syscall(-1), ENOSYS);
	CHECK_ERRNO(syscall(0x40000000 + SYS_getpid), ENOSYS);
	CHECK_ERRNO(syscall(0x7fffffff), ENOSYS);
	CHECK_EQ(syscall(SYS_getpid), getpid());
}

/* system calls keep every register but rax, rcx and r11, and leave DF and the flags alone */
static void test_registers(void)
{
	long changed;

	asm volatile("mov $0x1111, %%ebx; mov $0x8888, %%r8d; mov $0x9999, %%r9d\n"
		     "mov $0xaaaa, %%r10d; mov $0xcccc, %%r12d; mov $0xdddd, %%r13d\n"
		     "mov $0xeeee, %%r14d; mov $0xffff, %%r15d\n"
		     "mov $39, %%eax; syscall\n"
		     "xor $0x1111, %%rbx; xor $0x8888, %%r8; xor $0x9999, %%r9\n"
		     "xor $0xaaaa, %%r10; xor $0xcccc, %%r12; xor $0xdddd, %%r13\n"
		     "xor $0xeeee, %%r14; xor $0xffff, %%r15\n"
		     "or %%r8, %%rbx; or %%r9, %%rbx; or %%r10, %%rbx; or %%r12, %%rbx\n"
		     "or %%r13, %%rbx; or %%r14, %%rbx; or %%r15, %%rbx\n"
		     "mov %%rbx, %0"
		     : "=a"(changed)
		     :
		     : "rbx", "rcx", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15", "cc",
		       "memory");
	CHECK_EQ(changed, 0);
}

/* insn [NAME]: all of them, or the one of that name. */
int main(int argc, char **argv)
{
	check_start("insn");
	test_numbers();
	test_registers();
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		if (cases[i].run == do_int80 && access("/sys/module/l4", F_OK))
			continue; /* a kernel with 32-bit system calls: nothing to show */
		if (argc > 1 && strcmp(argv[1], cases[i].name) != 0)
			continue;

		pid_t child = CHECK_OK(fork());

		if (!child) {
			cases[i].run();
			_exit(0);
		}
		if (!CHECK_KILLED(child, cases[i].signal))
			check_note("... that was: %s", cases[i].name);
	}
	return check_done();
}
