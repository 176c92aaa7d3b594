/* SPDX-License-Identifier: MIT */
/*
 * Operations of interrupt controllers, label L4_PROTO_IRQ: the ICU, and the log and the
 * scheduler with one pin each. Lines the kernel keeps for itself are not there for programs. A
 * short message is -L4_EMSGTOOSHORT. Source: Fiasco/L4Re ABI, r-2026-W26: l4sys icu.h.
 */
#ifndef L4_ABI_ICU_H
#define L4_ABI_ICU_H

enum l4_icu_op {
	/*
	 * Connects a pin with an IRQ object, which leaves the pin it had in any case.
	 * In: MR1 pin, bit 31: MSI; item: IRQ object or semaphore.
	 * Out: label 0: unmask through the IRQ object.
	 * Right: W on the IRQ object.
	 * Errors: -L4_EPERM, -L4_EINVAL: pin taken, or no such pin.
	 */
	L4_ICU_OP_BIND = 0,
	/*
	 * Disconnects whatever is connected to a pin.
	 * In: MR1 pin, item: any IRQ object.
	 * Errors: -L4_EINVAL: no IRQ object.
	 */
	L4_ICU_OP_UNBIND = 1,
	/*
	 * Asks what the controller has.
	 * Out: MR0 L4_ICU_FLAG_MSI or 0, MR1 pins, MR2 MSIs.
	 */
	L4_ICU_OP_INFO = 2,
	/*
	 * Where a device sends a message signalled interrupt, and what.
	 * In: MR1 number, bit 31 set.
	 * Out: MR0 address, MR1 data.
	 * Errors: -L4_ENOSYS: the controller has none; -L4_ERANGE: no such number.
	 */
	L4_ICU_OP_MSI_INFO = 3,
	/*
	 * Lets a pin through. No answer, as with L4_IRQ_OP_EOI.
	 * In: MR1 pin.
	 */
	L4_ICU_OP_UNMASK = 4,
	/*
	 * Holds a pin back; what is raised meanwhile is remembered once. No answer.
	 * In: MR1 pin.
	 */
	L4_ICU_OP_MASK = 5,
	/*
	 * Edge or level: pins of this kernel are events, every mode does.
	 * In: MR1 pin, MR2 mode.
	 * Errors: -L4_EINVAL: no such pin.
	 */
	L4_ICU_OP_SET_MODE = 6,
};

#define L4_ICU_FLAG_MSI 0x80000000UL /* feature: message signalled interrupts */

#endif
