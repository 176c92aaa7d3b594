/* SPDX-License-Identifier: MIT */
/*
 * gdb's remote protocol. Tasks are inferiors (their process id is the number of the task), L4
 * threads are threads. A task without threads of its own, into which a vCPU goes for its user mode,
 * has one thread with the number of the task: that is a process of a guest Linux.
 *
 * One debugger at a time. While it looks, nothing runs (all-stop). Only tasks it is attached to are
 * shown and stop; `attach` takes more, and `info os processes` or the monitor list them.
 *
 * gdb_packet.c: frames and characters. gdb_command.c, gdb_query.c, gdb_resume.c: what is asked.
 * gdb_inferior.c: tasks and threads. gdb_regs.c: registers. gdb_stop.c: why the guest stops.
 * gdb.c: connections.
 */
#ifndef DEBUG_GDB_H
#define DEBUG_GDB_H

#include "../core/task.h"
#include "../core/thread.h"
#include "socket.h"

#include <stdbool.h>
#include <stdint.h>

#define GDB_PACKET_MAX 16384U
#define GDB_INPUT_MAX (GDB_PACKET_MAX + 8U) /* a packet with its frame, and characters before it */
#define GDB_INFERIORS 16U
#define GDB_TRAP 5 /* signal numbers of the protocol */
#define GDB_INT 2

struct inferior {
	struct task *task;  /* pinned; NULL: free */
	l4_exc_regs_t last; /* registers at the last return from user mode */
	bool resumed;       /* gdb has let it go on; else it runs, but must not report a stop */
};

/* A thread as gdb names it: inferior and number. */
struct gdb_thread {
	struct inferior *inf;
	uint64_t tid;
};

struct gdb_session {
	struct socket s;
	bool connected, no_ack, running;
	bool root_is_program;
	bool waiting; /* --gdb: for the program's first instruction, and a debugger */
	struct gdb_thread general, stopped;
	char stop[128]; /* the last stop reply */
};

extern struct gdb_session gdb;

/* Why the guest stops: sends the reply if gdb waits for one. */
void gdb_stop(struct gdb_thread t, int signal, const char *reason);
void gdb_stop_exit(uint64_t task, int status);

/* Packets. Replies go out at once. */
void gdb_reply(const char *text);
void gdb_reply_data(char kind, const char *data, size_t len);
void gdb_reply_hex(const void *data, size_t len);
void gdb_reply_error(int error);
/* The next packet in the input, unescaped and terminated; NULL: none. *interrupt: a Ctrl-C came. */
char *gdb_receive(size_t *len, bool *interrupt);

void gdb_execute(char *packet, size_t len);
void gdb_query(char *packet);
void gdb_resume(char *packet);

/* Inferiors. attach: NULL when there is no such task, or too many. */
struct inferior *inferior_find(uint64_t id);
struct inferior *inferior_attach(uint64_t id);
void inferior_detach(struct inferior *i);
void inferior_detach_all(void);
struct inferior *inferior_first(void);
struct inferior *inferior_next(struct inferior *i);
/* The first program; 0: there is none yet. */
uint64_t inferior_program(void);
/* The task to begin with. */
uint64_t inferior_default(void);

/* Threads of an inferior, in order; false: no more. */
bool gdb_thread_first(struct inferior *i, struct gdb_thread *t);
bool gdb_thread_next(struct gdb_thread *t);
bool gdb_thread_exists(const struct gdb_thread *t);
/* "p11.12" */
void gdb_thread_name(const struct gdb_thread *t, char *buf, size_t len);
/* Parses "p11.12", "p11.-1", "p11", "-1", "0"; what is left open becomes the first there is. */
bool gdb_thread_parse(const char **s, struct gdb_thread *t);
/* What an L4 thread is for gdb at the moment; inf NULL: gdb is not attached there. */
struct gdb_thread gdb_thread_of(struct thread *t);
/* The L4 thread whose registers these are now; NULL: they are kept somewhere else. */
struct thread *gdb_thread_live(const struct gdb_thread *t);

/* Registers in the order of the target description. */
#define GDB_REGISTERS 59U
#define GDB_REGISTER_BYTES 552U
size_t gdb_register_place(unsigned n, size_t *at);
bool gdb_registers_read(const struct gdb_thread *t, unsigned char buf[GDB_REGISTER_BYTES]);
bool gdb_registers_write(const struct gdb_thread *t, const unsigned char buf[GDB_REGISTER_BYTES]);
/* The target description, from malloc(). */
char *gdb_target_xml(void);

/* gdb_stop.c: a step is due, of this thread alone or with the others running. */
void gdb_step(const struct gdb_thread *t, bool alone);
void gdb_step_forget(void);

#endif
