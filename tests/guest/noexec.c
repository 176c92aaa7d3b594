/* SPDX-License-Identifier: MIT */
/* Data is not code: jumping into pages without PROT_EXEC is a fault at that address. */
#define _GNU_SOURCE
#include "check.h"

#include <setjmp.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>

#define PAGE 4096

static sigjmp_buf back;
static siginfo_t info;

static void jump_out(int signal, siginfo_t *got, void *context)
{
	(void)signal, (void)context;
	info = *got;
	siglongjmp(back, 1);
}

static void must_not_run(const char *what, void *address)
{
	memset(&info, 0, sizeof(info));
	if (!sigsetjmp(back, 1)) {
		((void (*)(void))address)();
		check_note("code ran from %s", what);
	}
	CHECK_EQ(info.si_signo, SIGSEGV);
	CHECK_EQ(info.si_code, SEGV_ACCERR);
	CHECK_EQ((uintptr_t)info.si_addr, (uintptr_t)address);
}

int main(void)
{
	struct sigaction action = { .sa_sigaction = jump_out, .sa_flags = SA_SIGINFO };
	static unsigned char data = 0xc3;
	unsigned char on_stack = 0xc3;
	unsigned char *page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
				   -1, 0);

	check_start("noexec");
	CHECK_OK(sigaction(SIGSEGV, &action, NULL));
	page[0] = 0xc3;
	must_not_run("anonymous memory", page);
	must_not_run("the data segment", &data);
	must_not_run("the stack", &on_stack);
	CHECK_OK(mprotect(page, PAGE, PROT_READ | PROT_EXEC));
	((void (*)(void))page)();
	CHECK_OK(mprotect(page, PAGE, PROT_READ));
	must_not_run("memory that was executable before", page);
	return check_done();
}
