/* SPDX-License-Identifier: MIT */
/* Attempts to reach the host; read main.c first, then table.h and attempts.c. */
#ifndef HOSTILE_ESCAPE_H
#define HOSTILE_ESCAPE_H

#include <l4/sys/types.h>

/* What can stop an attempt. One line each: README.md is made from them (document.py). */
enum stop {
	STOP_CALL = 1,  /* the engine: no host call; the kernel takes it for an L4 call */
	STOP_GP = 2,    /* the processor refuses it: general protection fault */
	STOP_UD = 4,    /* the processor refuses it: invalid instruction */
	STOP_PF = 8,    /* a page fault: the host has nothing there for the task */
	STOP_BP = 0x10, /* a breakpoint, the end of the stub: before it no host call was made */
	STOP_DB = 0x20, /* a debug trap, before or after a `syscall` that made an L4 call */
	STOP_SEGMENT = 0x40,   /* the processor refuses it: stack or segment fault */
	STOP_OTHER = 0x80,     /* another exception or message */
	STOP_TIME = 0x100,     /* nothing: it reaches nothing however long it goes on */
	STOP_HARMLESS = 0x200, /* nothing: it has no effect on others */
	STOP_END = 0x400,      /* the engine as above; the attempt ends at the `ud2` behind it */
};

/* One kind of attempt, made with every argument from first to last. */
struct attempt {
	const char *name;
	void (*run)(l4_umword_t arg);
	l4_umword_t first, last;
	unsigned stops; /* enum stop: anything else is a failure */
};

/* Ends with an entry that has no function. */
extern const struct attempt attempts[];

/* At the top of the attempt's stack. */
struct attempt_args {
	void (*run)(l4_umword_t arg);
	l4_umword_t arg;
};

/*
 * Writable and executable memory of the attempt, where 32-bit code can be too; stack from above.
 */
#define attempt_page ((char *)0x10000000)
#define ATTEMPT_ORDER 13
#define ATTEMPT_SIZE (1UL << ATTEMPT_ORDER)

void attempt_entry(void);

/* Message of an attempt that still runs: MR0 enum stop, or 0: not stopped; MR1 what it saw. */
#define ATTEMPT_RESULT 0x77L
void attempt_result(l4_umword_t stop, l4_umword_t value);

/* What every program may use: to go on after an instruction that is allowed is no escape. */
#define STUB 0x7fffffff0000UL
#define STUB_RUN 0xe00 /* where it makes host calls for the kernel */
#define STUB_CALL (STUB + 0xe5e)
#define STUB_OPS (STUB + 0x1000)
#define SYS_MMAP 9UL
#define SYS_MPROTECT 10UL
#define SYS_RT_SIGRETURN 15UL
#define SYS_CLONE 56UL
#define SYS_EXIT_GROUP 231UL
#define SYS_MKDIR 83UL
extern const char escape_path[]; /* a directory that an escaped mkdir would make */

/* Jumps with registers as a stub would like them. */
void attempt_jump(l4_umword_t to);

/* The two threads of a race: see main.c. */
#define RACE_NAME "two threads: mappings for one, jumps into the stub by the other"
#define TOUCH_START 0x30000000UL
#define TOUCH_END 0x38000000UL
#define STUB_BYTES 0x200
void attempt_touch(l4_umword_t arg);
void attempt_stub(l4_umword_t offset);

/* instructions.c: each of a list of privileged and odd instructions; @n counts them. */
void instruction(l4_umword_t n);
#define INSTRUCTIONS_PRIVILEGED 36U
#define INSTRUCTIONS_ODD 20U
void instruction_odd(l4_umword_t n);

/* frames.c: register frames given to the kernel or to the host. */
void frame_sigreturn(l4_umword_t nr);
void frame_ip(l4_umword_t ip);
void frame_selectors(l4_umword_t selectors);
void frame_flags(l4_umword_t flags);
void frame_base(l4_umword_t base);
void frame_stub(l4_umword_t offset);

/* stub.c: the stub's own host calls. */
#define SCRIBBLE_NAME "two threads: one writes over the signal frames of the other"
void stub_return(l4_umword_t flags);
void stub_return_mask(l4_umword_t mask);
void stub_return_call(l4_umword_t mask);
void stub_return_deaf(l4_umword_t mask);
void stub_return_stack(l4_umword_t stack);
void stub_return_selectors(l4_umword_t selectors);
void stub_return_vectors(l4_umword_t fpstate);
void stub_notify(l4_umword_t context);
void stub_notify_trap(l4_umword_t sig);
void stub_notify_call(l4_umword_t ip);
void stub_offer(l4_umword_t at);
void stub_take_step(l4_umword_t at);
void stub_entry(l4_umword_t offset);
void stub_listener(l4_umword_t offset);
void stub_scribble(l4_umword_t value);
void stub_stack(l4_umword_t sp);
void stub_scribble_all(l4_umword_t value);

/* far.c: transfers of control through selectors. */
void far_jump64(l4_umword_t selector);
void far_call(l4_umword_t selector);
void far_return(l4_umword_t selector);
void far_iret_flags(l4_umword_t flags);
void far_there_and_back(l4_umword_t nr);
void far_iret(l4_umword_t selector);

#endif
