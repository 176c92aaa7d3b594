/* SPDX-License-Identifier: MIT */
/*
 * The stub: a few pages at the top of every task process, the only host code a task ever runs, and
 * below them the signal stacks of its threads (stub engine).
 *
 *   STUB_CODE   read + execute
 *   STUB_OPS    read only for the task; written by the kernel through its own mapping
 *   STUB_TURNS, STUB_SELECTORS  the same
 *   STUB_CELLS  one cell per host thread; read + write
 *
 * STUB_RUN runs the operations of STUB_OPS and traps, or sleeps until it is its turn again
 * (turn.h). It is started by the kernel in a traced, stopped thread with PTRACE_CONT. Guest code
 * that jumps there runs under PTRACE_SYSEMU like any other, or, with the stub engine, in a thread
 * whose second seccomp filter allows none of it.
 *
 * STUB_HANDLER is the handler of every signal of a thread that the kernel does not trace. It
 * tells the kernel with a call of which seccomp makes a notification (STUB_NOTIFY), which means
 * that only the kernel process can let the thread go on, and returns from the signal
 * (STUB_SIGRETURN). For a page fault the notification is another call, the very mprotect() that
 * would resolve it (STUB_OFFER, offer.h); and on its way back the thread can be told to make one
 * that is due, which is a notification again (STUB_STEP, step.h). These host calls are all that
 * such a thread may make, and it can make them with any registers it likes: frame.h tells why that
 * gains nothing, offer.h and step.h why the kernel has none of them executed that it does not want.
 *
 * Shared by C and assembly.
 */
#ifndef ENGINE_STUB_H
#define ENGINE_STUB_H

#define STUB_CELLS 0x7ffffe000000
#define STUB_CODE 0x7fffffff0000
#define STUB_OPS 0x7fffffff1000
#define STUB_TURNS 0x7fffffff2000
#define STUB_TURNS_SIZE 0x8000
#define STUB_SELECTORS 0x7fffffffa000 /* direct.h */
#define STUB_END 0x7fffffffb000
#define STUB_RUN (STUB_CODE + STUB_RUN_OFFSET)

#define STUB_CELL_SIZE 8192
#define STUB_CELLS_SIZE 0x1000000

/* Offsets of the instruction after a `syscall`, which is the address seccomp reports. */
#define STUB_AFTER_SYSCALL_OFFSET 0xe60
#define STUB_WAKE_OFFSET 0xec0
#define STUB_WAIT_OFFSET 0xee0
#define STUB_NOTIFY_OFFSET 0xa0
#define STUB_SIGRETURN_OFFSET 0xc0
#define STUB_OFFER_OFFSET 0x170
#define STUB_STEP_OFFSET 0x1c0

/* Code of steps. */
#define STUB_STEP_BEGIN_OFFSET 0x190
#define STUB_STEP_END_OFFSET 0x1f0

/* Where host calls for the kernel are made from. */
#define STUB_RUN_OFFSET 0xe00

/* Flags of the signal stack: SS_AUTODISARM. */
#define STUB_STACK_FLAGS 0x80000000U

/* The handler; and where a new thread begins, which is with a trap. */
#define STUB_HANDLER_OFFSET 0x60
#define STUB_START_OFFSET 0xc0

/*
 * The fast entry (fast_entry.h): where it is, notifies and ends; and the plain `syscall` for what
 * it does not take. System calls from before STUB_DISPATCH_END are left to the filters, all others
 * become signals, so this one is behind.
 */
#define STUB_ENTRY_OFFSET 0x200
#define STUB_ENTRY_NOTIFY_OFFSET 0x240
#define STUB_ENTRY_END_OFFSET 0x2c0
#define STUB_DISPATCH_END 0xf80
#define STUB_PLAIN_OFFSET 0xf80

/*
 * Resume of a bound user thread (bind.h): where it is called; from where on a thread that stops
 * begins anew at SLOW, which goes through the kernel; where the user thread is let go, and where
 * it is waited for; where the kernel is asked to take over what the user thread has stopped for.
 */
#define STUB_RESUME_OFFSET 0x300
#define STUB_RESUME_BEGUN_OFFSET 0x30c
#define STUB_SEND_OFFSET 0x540
#define STUB_RECV_OFFSET 0x560
#define STUB_TAKE_OVER_OFFSET 0x8c0
#define STUB_SLOW_OFFSET 0x8d0

/*
 * Bindings of a process: a page of slots in place of its last cell, and where it sees the cells of
 * the user threads that are bound to it.
 */
#define STUB_BIND_SLOTS 8
#define STUB_BIND_SLOT_SIZE 256
#define STUB_BIND_TABLE (STUB_CELLS + STUB_CELLS_SIZE - STUB_CELL_SIZE)
#define STUB_BIND_ZEROS (STUB_CELLS + STUB_CELLS_SIZE) /* a page of them, read only */
#define STUB_BIND_CELLS (STUB_BIND_ZEROS + 0x1000)
#define STUB_BIND_FD 32 /* listeners of the user threads, a descriptor for each slot */
/*
 * The only answer that the filter lets a process give: identifier and value are its own, error and
 * flags lie in the page of zeros. A flag would have the host execute the user's system call.
 */
#define STUB_BIND_ANSWER (STUB_BIND_ZEROS - 16)
#define STUB_SEND_CMD 0xc0182101
#define STUB_RECV_CMD 0xc0502100

/* struct sock_fprog of the filter for threads that run guest code: two kinds, see proc.h. */
#define STUB_FILTER_OFFSET 0xa00
#define STUB_FILTER_OWN_OFFSET 0xb80

/* Where a bound user thread's vector state is (L4_UX_USER_FPU of l4/abi/ux.h). */
#define STUB_USER_FPU_OFFSET 0xd80

/*
 * The kernel's answers to a notification: return; trap; load the words of frame.h first. For the
 * entry the first means to use the plain `syscall`, and others are the address of a struct
 * entry_block. Notify again: what should have been done before (turn.h) failed.
 */
#define STUB_ANSWER_RETURN 0
#define STUB_ANSWER_TRAP 1
#define STUB_ANSWER_LOAD 2
#define STUB_ANSWER_AGAIN 3

/*
 * An offer's arguments: the page of the fault, the rights that it lacked, and for its length, of
 * which the host makes a page anyway, one more than the place of the frame's context in the cell,
 * in units of 16 bytes.
 */
#define STUB_OFFER_UNIT_SHIFT 4

/*
 * Step first (step.h): added to one of those, and to the address of the thread's cell. In that are,
 * at these offsets, the step's three arguments; and the struct entry_block.
 */
#define STUB_ANSWER_STEP 8
#define STUB_STEP_AT 8
#define STUB_ENTRY_BLOCK_AT 64

/* Its first argument when it has been told to notify again, or its offer has failed. */
#define STUB_AGAIN_MARK 0x4c345558

/* Offsets from the start of the host's struct rt_sigframe: of the trap, and of those words. */
#define STUB_FRAME_ERR 200
#define STUB_FRAME_TRAPNO 208
#define STUB_FRAME_CR2 224
#define STUB_LOAD_SELECTORS 312
#define STUB_LOAD_FS_BASE 320
#define STUB_LOAD_GS_BASE 328
#define STUB_LOAD_FLAGS 336

/* Host file descriptors of a task process; everything else is closed. */
#define STUB_FD_CODE 3
#define STUB_FD_LISTENER 0 /* that of its threads, for turn.h */
#define STUB_FD_OPS 4
#define STUB_FD_RAM 5
#define STUB_FD_KU 6
#define STUB_FD_CELLS 7
#define STUB_FD_IO 8 /* only when there are devices */
#define STUB_FDS 6

/*
 * The operations page. Operations are 7 words: number and six arguments. Afterwards the stub waits
 * at `turn`, an address within STUB_TURNS, having said at `result` how it went; with 0 it traps.
 * With an operation `otherwise` the last one lets a thread go, and nothing is said about that; when
 * one fails, `otherwise` is done in place of the rest.
 */
#define STUB_OP_WORDS 7
#define STUB_OPS_COUNT 0
#define STUB_OPS_TURN 8
#define STUB_OPS_RESULT 16
#define STUB_OPS_OTHERWISE 24
#define STUB_OPS_FIRST 128
#define STUB_OPS_MAX 70

/* The result is there, in memory of the first cell that is not used: this, or a negative errno. */
#define STUB_RESULT STUB_CELLS
#define STUB_DONE 1

#ifndef __ASSEMBLER__
#include <stddef.h>
#include <stdint.h>

struct stub_op {
	uint64_t nr, arg[6];
};

/* The host's struct seccomp_notif_resp. */
struct stub_answer {
	uint64_t id, value;
	uint32_t error, flags;
};

struct stub_ops {
	uint64_t count, turn, result;
	struct stub_op otherwise;
	struct stub_answer go, again;
	struct stub_op op[STUB_OPS_MAX];
};

_Static_assert(sizeof(struct stub_op) == STUB_OP_WORDS * 8, "stub operation");
_Static_assert(offsetof(struct stub_ops, count) == STUB_OPS_COUNT &&
		       offsetof(struct stub_ops, turn) == STUB_OPS_TURN &&
		       offsetof(struct stub_ops, result) == STUB_OPS_RESULT &&
		       offsetof(struct stub_ops, otherwise) == STUB_OPS_OTHERWISE &&
		       offsetof(struct stub_ops, op) == STUB_OPS_FIRST,
	       "head of the operations page");
_Static_assert(sizeof(struct stub_ops) <= 4096, "operations page");

extern const char stub_code[];
extern const uint64_t stub_code_size;
#endif

#endif
