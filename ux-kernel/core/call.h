/* SPDX-License-Identifier: MIT */
/*
 * One invocation of a kernel object: the decoded message and the ways to answer it. Dispatch
 * rules: ABI reference 1.1; result item: 5.4 and 7.1.
 */
#ifndef CORE_CALL_H
#define CORE_CALL_H

#include "cap.h"

#include <l4/abi/err.h>
#include <l4/abi/msg.h>

struct thread;

enum call_disposition {
	CALL_REPLY,    /* the handler's result is the answer */
	CALL_NO_REPLY, /* no answer: with a receive phase the caller waits for a message */
	CALL_DONE,     /* the handler has set the caller's state (blocked, resumed, dead) itself */
};

struct call {
	struct thread *self; /* the caller; its message is mr[] */
	unsigned rights;     /* of the capability used */
	unsigned flags;      /* L4_SYSF_* */
	uint64_t tag;
	long label;
	unsigned words, items;
	uint32_t timeouts;
	uint64_t *mr;       /* in and out; 63 words */
	unsigned out_words; /* words the handler returns before a result item */
	enum call_disposition disposition;
};

static inline uint64_t call_tag(long label, unsigned words, unsigned items)
{
	return (uint64_t)label << L4_MSGTAG_LABEL_SHIFT | words | items << L4_MSGTAG_ITEMS_SHIFT;
}

/* Answer with a label only: 0, a positive result or a negative l4_error_code. */
static inline uint64_t call_result(long label)
{
	return call_tag(label, 0, 0);
}

static inline uint64_t call_no_reply(struct call *c)
{
	c->disposition = CALL_NO_REPLY;
	return 0;
}

static inline uint64_t call_done(struct call *c)
{
	c->disposition = CALL_DONE;
	return 0;
}

/* Answer with an IPC error in the UTCB. */
uint64_t call_ipc_error(struct call *c, unsigned error);

/*
 * The capability named by typed item @n of the message. 0, or -L4_EINVAL: missing, void or an
 * empty slot; -(L4_EIPC_LO + 8): not an object flexpage.
 */
int call_item(struct call *c, unsigned n, struct cap **cap);

/*
 * The capability named by typed item @n of the message, which must be of type @type:
 * as call_item(), -L4_EINVAL for another type.
 */
int call_object(struct call *c, unsigned n, enum kobj_type type, struct cap **cap);

/* The result slot: first object buffer of the caller's UTCB. false: there is none. */
bool call_result_slot(struct call *c, uint64_t *index);

/* The thread named by the first item, with S. false: @answer is the error to return. */
bool call_thread_item(struct call *c, struct thread **t, uint64_t *answer);

/* Result of call_object() as an answer. */
uint64_t call_object_error(struct call *c, int error);

#endif
