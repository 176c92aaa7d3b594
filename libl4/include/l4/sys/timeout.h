/* SPDX-License-Identifier: MIT */
/*
 * IPC timeouts. Source: Fiasco/L4Re ABI, r-2026-W26: l4sys __timeout.h.
 */
#ifndef L4_SYS_TIMEOUT_H
#define L4_SYS_TIMEOUT_H

#include <l4/sys/utcb.h>

/* One timeout: never (0), zero, relative (mantissa * 2^exponent us) or absolute. */
typedef struct l4_timeout_s {
	l4_uint16_t t; /* encoded as in consts.h */
} l4_timeout_s;

/* The pair for the send and the receive phase. */
typedef union l4_timeout_t {
	l4_uint32_t raw; /* send << 16 | receive */
	struct {
		l4_timeout_s rcv, snd; /* low half, high half */
	} p;                           /* the parts */
} l4_timeout_t;

/* Parts: never; at once. Pairs: never; receive, send or both at once. */
#define L4_IPC_TIMEOUT_NEVER ((l4_timeout_s){ L4_TIMEOUT_NEVER })
#define L4_IPC_TIMEOUT_0 ((l4_timeout_s){ L4_TIMEOUT_ZERO })
#define L4_IPC_NEVER ((l4_timeout_t){ .raw = 0 })
#define L4_IPC_NEVER_INITIALIZER \
	{ \
		0 \
	}
#define L4_IPC_RECV_TIMEOUT_0 ((l4_timeout_t){ .raw = L4_TIMEOUT_ZERO })
#define L4_IPC_SEND_TIMEOUT_0 ((l4_timeout_t){ .raw = L4_TIMEOUT_ZERO << 16 })
#define L4_IPC_BOTH_TIMEOUT_0 ((l4_timeout_t){ .raw = L4_TIMEOUT_ZERO << 16 | L4_TIMEOUT_ZERO })

/* Relative timeout of man * 2^exp microseconds; man 0..1023, exp 0..31. */
static inline l4_timeout_s l4_timeout_rel(unsigned man, unsigned exp)
{
	return (l4_timeout_s){ (l4_uint16_t)((man & L4_TIMEOUT_MANTISSA) |
					     exp << L4_TIMEOUT_EXP_SHIFT) };
}

/* Relative timeout of about us microseconds, rounded down to 10 significant bits; ~0U: never. */
static inline l4_timeout_s l4_timeout_from_us(l4_uint32_t us)
{
	unsigned exp = 0;

	if (us == ~0U)
		return L4_IPC_TIMEOUT_NEVER;
	if (us == 0)
		return L4_IPC_TIMEOUT_0;
	for (; us > L4_TIMEOUT_MANTISSA; us >>= 1)
		exp++;
	return l4_timeout_rel(us, exp);
}

/*
 * Timeout at an absolute time of the kernel clock, in microseconds. br: number of the buffer
 * register that carries the time to the kernel; must not be used for a receive buffer too.
 */
static inline l4_timeout_s l4_timeout_abs_u(l4_kernel_clock_t point, int br, l4_utcb_t *utcb)
{
	l4_utcb_br_u(utcb)->br[br] = point;
	return (l4_timeout_s){ (l4_uint16_t)(L4_TIMEOUT_ABS | (unsigned)br) };
}

/* l4_timeout_abs_u() for the calling thread. */
static inline l4_timeout_s l4_timeout_abs(l4_kernel_clock_t point, int br)
{
	return l4_timeout_abs_u(point, br, l4_utcb());
}

/* A pair from its two parts. */
static inline l4_timeout_t l4_timeout(l4_timeout_s snd, l4_timeout_s rcv)
{
	return (l4_timeout_t){ .p = { rcv, snd } };
}

/* Replaces the send part. */
static inline void l4_snd_timeout(l4_timeout_s snd, l4_timeout_t *to)
{
	to->p.snd = snd;
}

/* Replaces the receive part. */
static inline void l4_rcv_timeout(l4_timeout_s rcv, l4_timeout_t *to)
{
	to->p.rcv = rcv;
}

/* Whether a timeout is an absolute one. */
static inline int l4_timeout_is_absolute(l4_timeout_s to)
{
	return (to.t & L4_TIMEOUT_ABS) != 0;
}

/* Length of a relative timeout in microseconds; not defined for never and absolute ones. */
static inline l4_umword_t l4_timeout_get(l4_timeout_s to)
{
	return (l4_umword_t)(to.t & L4_TIMEOUT_MANTISSA) << (to.t >> L4_TIMEOUT_EXP_SHIFT & 0x1f);
}

#endif
