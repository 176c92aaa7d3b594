/* SPDX-License-Identifier: MIT */
/* What a replica does. Only its stack and its state are its own: all else here is read-only. */
#include "replica.h"

#include <l4/sys/ipc.h>
#include <l4/sys/utcb.h>

/*
 * Carries out a request, once: one that is repeated, because another replica has died meanwhile,
 * is answered with what is known. @careless is the bug that the campaign is to find: it takes
 * the last request, when it comes again, for a new one.
 */
static void carry_out(struct state *s, l4_umword_t round, l4_umword_t value, bool careless)
{
	l4_umword_t *cell = &s->cell[value % CELLS];

	if (careless ? round < s->round : round <= s->round)
		return;
	*cell = *cell * 3 + value;
	s->digest = (s->digest << 7 | s->digest >> 57) ^ *cell ^ round;
	s->round = round;
}

void replica_main(void)
{
	l4_utcb_t *u = l4_utcb();
	l4_umword_t *mr = l4_utcb_mr_u(u)->mr;
	l4_umword_t label;
	l4_msgtag_t tag = l4_ipc_wait(u, &label, L4_IPC_NEVER);

	for (;;) {
		struct state *s = (struct state *)mr[REQUEST_STATE];

		if (l4_msgtag_has_error(tag)) {
			tag = l4_ipc_wait(u, &label, L4_IPC_NEVER);
			continue;
		}
		carry_out(s, mr[REQUEST_ROUND], mr[REQUEST_VALUE], mr[REQUEST_CARELESS]);
		mr[ANSWER_ROUND] = s->round;
		mr[ANSWER_DIGEST] = s->digest;
		tag = l4_ipc_reply_and_wait(u, l4_msgtag(0, ANSWER_WORDS, 0, 0), &label,
					    L4_IPC_SEND_TIMEOUT_0);
	}
}
