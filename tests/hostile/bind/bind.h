/* SPDX-License-Identifier: MIT */
/*
 * A vCPU's server that is bound to its user task (extension ux_resume), at first as it should be,
 * then as nobody should. Read main.c, then attacks.c (by the server), user.c (by the user task),
 * vector.c (vector states), direct.c (direct calls);
 * code.S is how C enters user mode.
 * Shared by C and assembly.
 */
#ifndef HOSTILE_BIND_H
#define HOSTILE_BIND_H

#define STATE_ADDR 0x10000000
#define EVENTS 0x07
#define RUN_USER 0xa7 /* all events, user mode, vector unit */
#define STUB 0x7fffffff0000
#define STUB_SEND (STUB + 0x53e)
#define STUB_RECV (STUB + 0x55e)
#define STUB_TAKE_OVER_CALL (STUB + 0x300)
#define STUB_SIGRETURN (STUB + 0xbe)
#define STUB_NOTIFY (STUB + 0x9e)
#define STUB_OFFER (STUB + 0x16e)
#define CELLS 0x7ffffe000000
#define FD 32
#define CMD_SEND 0xc0182101
#define CMD_RECV 0xc0502100
#define TABLE 0x7ffffeffe000
#define BOUND_CELLS 0x7fffff001000
#define ANSWER 0x7ffffefffff0
#define SLOTS 8
#define SLOT_SIZE 256
#define SLOT_FD 16
#define SLOT_CELL 32
#define SLOT_FRAME 40
#define SLOT_CONTEXT 64
#define SLOT_ID 80
#define CELL_SIZE 8192
#define USER_CALL_RAX 0x4711
#define USER_R13 0x1313

#ifndef __ASSEMBLER__
#include <l4/sys/types.h>
#include <l4/sys/vcpu.h>
#include <stdbool.h>

#define V ((l4_vcpu_state_t *)STATE_ADDR)

extern l4_cap_idx_t user_task;

/* A page that the user task writes: how far it has come. */
extern volatile l4_umword_t *counter;

/* Code of the user task: it counts, and makes a system call, or none; it shows xmm5, and calls. */
extern char user_calls[], user_at_call[], user_spins[], user_shows[];
extern char user_direct[], user_direct_call[], user_call_spins[], user_numbers[];

/* And of one that attacks. */
extern char user_scribbles[], user_forges[], user_returns[], user_offers[];

/* The upcall that ends a run in user mode, with the state area as the kernel leaves it. */
enum way { BY_STUB, BY_KERNEL };
long run_user(enum way way);

/* code.S. 0: an upcall; else the tag of a refusal. */
l4_umword_t bind_run(l4_vcpu_state_t *v, l4_umword_t tag, l4_umword_t entry);

/* Calls @fn; true: it ended with an exception of ours. */
bool bind_try(void (*fn)(void));
void bind_entry(void);
void bind_plain(void);

/* Jumps there with @rbx, @rdi = @fd, @cmd and @rdx for an ioctl, @dest and @tag for a call. */
_Noreturn void bind_jump(l4_umword_t to, const l4_umword_t regs[6]);

/* Gives an answer of slot @rbx that lies at @answer. 0: the user ran; else the tag of a refusal. */
l4_umword_t bind_send(l4_umword_t rbx, l4_umword_t answer);

/* Returns from a signal that was none, with all signals blocked, to @ip. */
_Noreturn void bind_deafen(l4_umword_t context);

void user_at(const char *ip);
void check(bool ok, const char *what);

/* As long as others get to run. */
void spin_a_while(void);

/* A new user task, bound, after a system call; the one before is deleted, or is kept. */
void bind_now(void);
void bind_another(void);

/* A second thread of the server. Interrupts come all the time. */
extern l4_cap_idx_t ticker_thread;
void tick(bool on);

/* Or, called with this protocol, it tells whether the user runs while it does. */
#define WATCH 1L
extern volatile bool user_ran;

/* A frame that makes whoever returns with it deaf; but for registers. */
struct signal_context {
	l4_umword_t flags, link, stack, stack_flags, stack_size;
	l4_umword_t r[8], di, si, bp, bx, dx, ax, cx, sp, ip, eflags;
	l4_umword_t selectors, err, trapno, oldmask, cr2, fpstate, reserved[8];
	l4_umword_t mask;
	unsigned sig, error, code, pad;
};
struct signal_context deaf_context(void);

/* @frames: the user's registers are in one when it has stopped. */
void attacks(bool frames);
void user_attacks(void);
void vector(void);
void direct(void); /* and attacks() once more */
#endif
#endif
