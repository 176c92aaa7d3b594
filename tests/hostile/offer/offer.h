/* SPDX-License-Identifier: MIT */
/*
 * A task that makes the calls by which its stub changes memory: main.c is its pager and tells it
 * what to try, attacker.c runs in it.
 */
#ifndef HOSTILE_OFFER_H
#define HOSTILE_OFFER_H

#include <l4/sys/consts.h>
#include <l4/sys/types.h>

#define PAGE_A 0x30000000UL /* what the pager gives and takes */
#define PAGE_B 0x30010000UL
#define STUB 0x7fffffff0000UL
#define STUB_OPS (STUB + 0x1000)
#define CELL 0x7ffffe000000UL /* of the first thread */
#define CELL_SIZE 8192UL
#define FRAME_AT 0x400UL /* of the forged frame's context in a cell */
#define FRAME_LEN 0x41UL /* how an offer says that */
#define WAY_AT 0x800UL   /* of one that leads to the stub */
#define AWAY 0x100000UL  /* cells that nobody has are that far on */
#define STUB_OFFER 0x16eUL
#define STUB_STEP 0x1beUL
#define STUB_NOTIFY 0x9eUL
#define STUB_SIGRETURN 0xbeUL
#define PROT_R 1UL
#define PROT_RW 3UL
#define PROT_RWX 7UL
#define AGAIN_MARK 0x4c345558UL
#define GATE(n) ((n) ? 0x40000UL : L4_BASE_PAGER_CAP) /* of thread n, to its pager */

/*
 * Touch something; call the stub with registers, then touch it, also so that each instruction of
 * the stub traps, on its own signal stack or elsewhere; let the pager work, then touch.
 */
enum what { TOUCH, JUMP, JUMP_STEPPED, JUMP_STEPPED_AWAY, CALL, CALL_STEPPED };
enum access { READ, WRITE, EXECUTE };

struct order {
	enum what what;
	enum access access; /* what is touched, and how */
	l4_umword_t at;
	l4_umword_t offset;        /* JUMP...: where in the stub */
	l4_umword_t rdi, rsi, rdx; /* with these, */
	l4_umword_t nr;            /* and this in rax, */
	l4_umword_t fault_at;      /* a frame that says that this was read, */
	l4_umword_t cell;          /* in this cell */
	l4_umword_t stack;         /* how it goes on: written by attacker.c */
};

#define THREADS 2U
extern struct order orders[L4_PAGESIZE / sizeof(struct order)]; /* a page that they can write */

/* Messages of the attacker: it has been able to; it wants the pager to work. */
#define ABLE 0x71L
#define WORK 0x72L

/* Entries of the threads; where one goes on with its order; where it asks for the next one. */
void attacker_first(void);
void attacker_second(void);
void attacker_touches(void);
void attacker_asks(void);

#endif
