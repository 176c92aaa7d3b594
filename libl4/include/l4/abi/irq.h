/* SPDX-License-Identifier: MIT */
/*
 * Operations of IRQ objects, semaphores, and of gates as the receiver sees them. Source:
 * Fiasco/L4Re ABI, r-2026-W26: l4sys irq.h, rcv_endpoint.h, ipc_gate.h, semaphore.h, kobject.h.
 */
#ifndef L4_ABI_IRQ_H
#define L4_ABI_IRQ_H

/*
 * Labels L4_PROTO_IRQ (trigger, unmask) and L4_PROTO_IRQ_SENDER (detach). Trigger and unmask
 * have no answer: with a receive phase the caller waits for a message.
 */
enum l4_irq_op {
	L4_IRQ_OP_NONE = 0, /* no operation: -L4_ENOSYS */
	/*
	 * Unbinds from the thread. Label L4_PROTO_IRQ_SENDER.
	 * Out: label 1: a message was pending, and is kept for the next thread; 0: none.
	 * Right: S.
	 * Errors: -L4_EPERM, -L4_ENOENT: not bound.
	 */
	L4_IRQ_OP_DETACH = 1,
	/*
	 * Triggers. Label L4_PROTO_IRQ; a message without words does the same.
	 */
	L4_IRQ_OP_TRIGGER = 2,
	/*
	 * Lets the interrupt line the object is bound to through again. Label L4_PROTO_IRQ.
	 */
	L4_IRQ_OP_EOI = 4,
};

/* Label L4_PROTO_KOBJECT; on gates only through a capability with the server right. */
enum l4_rcv_ep_op {
	/*
	 * Lets a thread receive what arrives at a gate or IRQ object.
	 * In: MR1 label (for gates the low two bits are 0), item: thread.
	 * Right: S; S on the thread.
	 * Errors: -L4_EPERM, -L4_EINVAL, -L4_EMSGTOOSHORT.
	 */
	L4_RCV_EP_BIND_OP = 0x10,
	/*
	 * Gates: asks for the label.
	 * Out: MR0 label.
	 */
	L4_IPC_GATE_INFO_OP = 0x11,
	/*
	 * Gates: declares that many references do not keep the object alive.
	 * In: MR1 number, 0 only asks.
	 * Out: MR0 references that do.
	 * Errors: -L4_EINVAL: no number.
	 */
	L4_KOBJECT_DEC_REFCNT_OP = 0,
};

/* Label L4_PROTO_SEMAPHORE; counting up is L4_IRQ_OP_TRIGGER with label L4_PROTO_IRQ. */
enum l4_semaphore_op {
	/*
	 * Takes one, or waits for it: the receive timeout counts.
	 * Right: S.
	 * Errors: -L4_EPERM; IPC errors L4_IPC_RETIMEOUT, L4_IPC_RECANCELED,
	 * L4_IPC_ENOT_EXISTENT: the semaphore was deleted.
	 */
	L4_SEMAPHORE_OP_DOWN = 0,
};

#endif
