// SPDX-License-Identifier: MIT
/*
 * Interrupt controller and platform control: one object, two protocols. The controller is that of
 * a PC: 16 lines, of which some are the kernel's own, and messages (MSI).
 */
#include "arch.h"
#include "call.h"
#include "irq_pin.h"
#include "platform.h"
#include "state.h"

#include <l4/abi/ops.h>
#include <l4/abi/ux.h>
#include <l4/abi/virtio.h>

#define ICU_LINES 16U
#define ICU_MSIS 200U
#define ICU_RESERVED (1U << 2 | 1U << 4 | 1U << 7) /* cascade, serial line, spurious */

/* Devices send messages: the first ones; the last ones lead the other way. */
#define DEVICE_MSI 0U
#define BELL_MSI (ICU_MSIS - L4_UX_DEVICES_MAX)

struct icu {
	struct kobj obj;
	struct irq_pin pins[ICU_LINES + ICU_MSIS];
};

STATE static struct icu *icu;

static uint64_t platform_control(struct call *c)
{
	if (c->words < 1)
		return call_result(-L4_EMSGTOOSHORT);
	switch (c->mr[0]) {
	case L4_PLATFORM_CTL_SYS_SUSPEND_OP: /* no sleep states here */
		return call_result(-L4_ENODEV);
	case L4_PLATFORM_CTL_SYS_SHUTDOWN_OP:
		if (c->words != 2)
			return call_result(-L4_EINVAL);
		if (c->mr[1] > 1)
			return call_result(-L4_ENOSYS);
		if (!c->mr[1] || !arch_restart())
			arch_shutdown(0);
		return call_result(0);
	case L4_PLATFORM_CTL_CPU_ALLOW_SHUTDOWN_OP:
		return call_result(0); /* ignored where CPUs cannot be shut down */
	case L4_UX_PLATFORM_EXIT_OP:
		if (c->words != 2 || c->mr[1] > 255)
			return call_result(-L4_EINVAL);
		arch_shutdown(c->mr[1]);
		return call_result(0);
	default:
		return call_result(-L4_ENOSYS);
	}
}

static uint64_t icu_invoke(struct kobj *o, struct call *c)
{
	struct icu *i = (struct icu *)o;

	switch (c->label) {
	case L4_PROTO_IRQ:
		return irq_chip_protocol(
			&(struct irq_chip){ i->pins, ICU_LINES, ICU_MSIS, ICU_RESERVED }, c);
	case L4_PROTO_PLATFORM_CTL:
		return platform_control(c);
	default:
		return call_result(-L4_EBADPROTO);
	}
}

static void icu_kill(struct kobj *o)
{
	struct icu *i = (struct icu *)o;

	for (unsigned n = 0; n < ICU_LINES + ICU_MSIS; n++)
		irq_pin_detach(&i->pins[n]);
	icu = NULL;
}

static const struct kobj_ops icu_ops = {
	.type = KOBJ_ICU,
	.name = "icu",
	.size = sizeof(struct icu),
	.invoke = icu_invoke,
	.kill = icu_kill,
};

struct kobj *icu_create(unsigned devices)
{
	icu = kobj_create(&icu_ops, NULL);
	if (!icu)
		return NULL;
	for (unsigned n = 0; n < devices; n++)
		icu->pins[ICU_LINES + BELL_MSI + n].bell = n + 1;
	return &icu->obj;
}

uint32_t icu_interrupt(unsigned device)
{
	return L4_ICU_FLAG_MSI | (DEVICE_MSI + device);
}

uint32_t icu_doorbell(unsigned device)
{
	return L4_ICU_FLAG_MSI | (BELL_MSI + device);
}

void icu_raise(unsigned device)
{
	if (icu && device < L4_UX_DEVICES_MAX)
		irq_pin_raise(&icu->pins[ICU_LINES + DEVICE_MSI + device]);
}
