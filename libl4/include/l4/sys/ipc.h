/* SPDX-License-Identifier: MIT */
/*
 * The one system call, object invocation, and its usual forms. A message is the tag and the
 * message registers of the UTCB; every function returns the received (or failed) tag. Source:
 * Fiasco/L4Re ABI, r-2026-W26: l4sys ipc.h, ARCH-amd64 ipc.h.
 */
#ifndef L4_SYS_IPC_H
#define L4_SYS_IPC_H

#include <l4/sys/fpage.h>
#include <l4/sys/timeout.h>
#include <l4/sys/utcb.h>

/* The system call as an instruction. */
void l4_entry_plain(void);

/* The code that makes the system call: that, or a kernel's own entry (l4/abi/ux.h). */
extern void (*l4_entry)(void);

/*
 * The system call, made by entry. dest: selector; flags: L4_SYSF_*; slabel: label the partner
 * sees when dest is a thread or a reply; *rlabel: label of the received message (gate label or'ed
 * with the rights of the sender's capability, IRQ label). rlabel must not be NULL. Registers rcx,
 * r11, r15 and rdi do not survive; the kernel returns rdx unchanged, but is not bound to.
 */
static inline l4_msgtag_t l4_ipc_by(void (*entry)(void), l4_cap_idx_t dest, l4_utcb_t *utcb,
				    l4_umword_t flags, l4_umword_t slabel, l4_msgtag_t tag,
				    l4_umword_t *rlabel, l4_timeout_t timeout)
{
	l4_umword_t dst = dest | flags, unused = (l4_umword_t)utcb, timeouts = timeout.raw;
	register l4_umword_t r8 __asm__("r8") = timeouts;

	__asm__ volatile("call *%[entry]"
			 : "+a"(tag.raw), "+d"(dst), "+S"(slabel), "+D"(unused)
			 : "r"(r8), [entry] "rm"(entry)
			 : "rcx", "r11", "r15", "memory", "cc");
	*rlabel = slabel;
	return tag;
}

/* The system call. */
static inline l4_msgtag_t l4_ipc(l4_cap_idx_t dest, l4_utcb_t *utcb, l4_umword_t flags,
				 l4_umword_t slabel, l4_msgtag_t tag, l4_umword_t *rlabel,
				 l4_timeout_t timeout)
{
	return l4_ipc_by(l4_entry, dest, utcb, flags, slabel, tag, rlabel, timeout);
}

/* Sends to dest. Timeout: send part. On success the tag comes back unchanged. */
static inline l4_msgtag_t l4_ipc_send(l4_cap_idx_t dest, l4_utcb_t *utcb, l4_msgtag_t tag,
				      l4_timeout_t timeout)
{
	l4_umword_t label;

	return l4_ipc(dest, utcb, L4_SYSF_SEND, 0, tag, &label, timeout);
}

/* Sends to object and waits for its answer. */
static inline l4_msgtag_t l4_ipc_call(l4_cap_idx_t object, l4_utcb_t *utcb, l4_msgtag_t tag,
				      l4_timeout_t timeout)
{
	l4_umword_t label;

	return l4_ipc(object, utcb, L4_SYSF_CALL, 0, tag, &label, timeout);
}

/* Waits for a message from anybody; *label says who. */
static inline l4_msgtag_t l4_ipc_wait(l4_utcb_t *utcb, l4_umword_t *label, l4_timeout_t timeout)
{
	return l4_ipc(L4_INVALID_CAP, utcb, L4_SYSF_WAIT, 0, l4_msgtag(0, 0, 0, 0), label, timeout);
}

/* Waits for a message from one thread, gate's thread or IRQ object. */
static inline l4_msgtag_t l4_ipc_receive(l4_cap_idx_t object, l4_utcb_t *utcb, l4_timeout_t timeout)
{
	l4_umword_t label;

	return l4_ipc(object, utcb, L4_SYSF_RECV, 0, l4_msgtag(0, 0, 0, 0), &label, timeout);
}

/* Answers the last caller and waits for the next message. Servers pass a zero send timeout. */
static inline l4_msgtag_t l4_ipc_reply_and_wait(l4_utcb_t *utcb, l4_msgtag_t tag,
						l4_umword_t *label, l4_timeout_t timeout)
{
	return l4_ipc(L4_INVALID_CAP, utcb, L4_SYSF_REPLY_AND_WAIT, 0, tag, label, timeout);
}

/* Sends to dest and waits for a message from anybody. */
static inline l4_msgtag_t l4_ipc_send_and_wait(l4_cap_idx_t dest, l4_utcb_t *utcb, l4_msgtag_t tag,
					       l4_umword_t *label, l4_timeout_t timeout)
{
	return l4_ipc(dest, utcb, L4_SYSF_SEND_AND_WAIT, 0, tag, label, timeout);
}

/* Blocks for the receive part of a timeout; ends with the error L4_IPC_RETIMEOUT. */
static inline l4_msgtag_t l4_ipc_sleep(l4_timeout_t timeout)
{
	return l4_ipc_receive(L4_INVALID_CAP, l4_utcb(), timeout);
}

/* Reason of a failed IPC, enum l4_ipc_error; only meaningful after a tag with an error. */
static inline l4_umword_t l4_ipc_error_code(l4_utcb_t *utcb)
{
	return l4_utcb_tcr_u(utcb)->error & L4_IPC_ERROR_MASK;
}

/* Same, 0 when the tag carries no error. */
static inline l4_umword_t l4_ipc_error(l4_msgtag_t tag, l4_utcb_t *utcb)
{
	return l4_msgtag_has_error(tag) ? l4_ipc_error_code(utcb) : 0;
}

/* Whether a failed IPC failed before anything was sent. */
static inline int l4_ipc_is_snd_error(l4_utcb_t *utcb)
{
	return !(l4_utcb_tcr_u(utcb)->error & 1);
}

/* Whether a failed IPC failed while receiving. */
static inline int l4_ipc_is_rcv_error(l4_utcb_t *utcb)
{
	return !l4_ipc_is_snd_error(utcb);
}

/* Puts one item into the message registers behind those the tag counts. */
static inline void l4_ipc_put_item(l4_msgtag_t *tag, l4_umword_t ctl, l4_fpage_t fpage,
				   l4_utcb_t *utcb)
{
	l4_umword_t *mr = l4_utcb_mr_u(utcb)->mr;
	unsigned at = l4_msgtag_words(*tag) + 2 * l4_msgtag_items(*tag);

	mr[at] = ctl;
	mr[at + 1] = fpage.raw;
	tag->raw += 1L << L4_MSGTAG_ITEMS_SHIFT;
}

/*
 * Appends a flexpage to the message and counts it in the tag; snd_base as from
 * l4_map_control(), or a bare send base. -L4_ENOMEM when the message registers are full.
 */
static inline int l4_sndfpage_add_u(l4_fpage_t fpage, unsigned long snd_base, l4_msgtag_t *tag,
				    l4_utcb_t *utcb)
{
	if (l4_msgtag_words(*tag) + 2 * l4_msgtag_items(*tag) + 2 > L4_UTCB_GENERIC_DATA_SIZE)
		return -L4_ENOMEM;
	l4_ipc_put_item(tag, snd_base | L4_ITEM_MAP, fpage, utcb);
	return 0;
}

/* l4_sndfpage_add_u() for the calling thread. */
static inline int l4_sndfpage_add(l4_fpage_t fpage, unsigned long snd_base, l4_msgtag_t *tag)
{
	return l4_sndfpage_add_u(fpage, snd_base, tag, l4_utcb());
}

/* Appends a capability to a request to a kernel object; the caller's own rights count. */
static inline void l4_ipc_put_cap(l4_msgtag_t *tag, l4_cap_idx_t cap, l4_utcb_t *utcb)
{
	l4_ipc_put_item(tag, L4_ITEM_MAP, l4_obj_fpage(cap, 0, L4_CAP_FPAGE_RWS), utcb);
}

/* Makes cap the slot for one received capability: buffer register 0, all others unused. */
static inline void l4_ipc_rcv_cap(l4_cap_idx_t cap, l4_utcb_t *utcb)
{
	l4_buf_regs_t *b = l4_utcb_br_u(utcb);

	b->bdr = 0;
	b->br[0] = (cap & (~0UL << L4_CAP_SHIFT)) | L4_RCV_ITEM_SINGLE_CAP | L4_ITEM_MAP;
	b->br[1] = 0;
}

/* Makes a flexpage the receive window for memory, ports or capabilities. */
static inline void l4_ipc_rcv_window(l4_fpage_t window, l4_utcb_t *utcb)
{
	l4_buf_regs_t *b = l4_utcb_br_u(utcb);

	b->bdr = 0;
	b->br[0] = L4_ITEM_MAP;
	b->br[1] = window.raw;
	b->br[2] = 0;
}

/* A call to a kernel object: never times out. */
static inline l4_msgtag_t l4_ipc_kcall(l4_cap_idx_t obj, l4_msgtag_t tag, l4_utcb_t *utcb)
{
	return l4_ipc_call(obj, utcb, tag, L4_IPC_NEVER);
}

#endif
