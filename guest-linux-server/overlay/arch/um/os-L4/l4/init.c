// SPDX-License-Identifier: GPL-2.0-only
/*
 * From an ordinary L4 program to a vCPU: kernel memory for the vCPU page, the helper thread, the
 * interrupt objects, and the main thread's faults redirected to the helper.
 */
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include "l4c.h"

#define AT_NULL 0
#define AT_L4_KIP 0xf2

const l4_kernel_info_t *l4c_kip;

static void __init fail(const char *what, long err)
{
	char msg[160];
	int n = scnprintf(msg, sizeof(msg), "linux: cannot %s, L4 error %ld\n", what, err);

	l4h_log_write(msg, n);
	l4h_exit(255);
}

bool l4c_kip_feature(const char *name)
{
	const char *s = (const char *)l4c_kip +
			((unsigned long)l4c_kip->offset_version_strings << 4);

	for (; *s; s += strlen(s) + 1)
		if (!strcmp(s, name))
			return true;
	return false;
}

/* auxv is behind argv and envp on the initial stack */
static const l4_kernel_info_t *__init find_kip(unsigned long *sp)
{
	unsigned long *p = sp + 1 + sp[0] + 1;

	while (*p++)
		;
	for (; p[0] != AT_NULL; p += 2)
		if (p[0] == AT_L4_KIP)
			return (void *)p[1];
	return NULL;
}

static long __init vcpu_enable(void)
{
	l4_utcb_layout_t *u = l4c_utcb();

	u->mr[0] = L4_THREAD_VCPU_CONTROL_OP;
	u->mr[1] = L4H_KU_BASE;
	return l4c_call(L4_INVALID_CAP, l4c_tag(L4_PROTO_THREAD, 2, 0));
}

static long __init take_partial_calls(void)
{
	l4_utcb_layout_t *u = l4c_utcb();

	u->mr[0] = L4_UX_THREAD_VCPU_CALL_OP;
	u->mr[1] = L4_INVALID_CAP;
	return l4c_call(L4_INVALID_CAP, l4c_tag(L4_PROTO_THREAD, 2, 0));
}

void __init l4h_init(unsigned long *sp)
{
	l4_utcb_layout_t *u = l4c_utcb();
	long err;

	/* first of all: until this page exists the interrupt flag has no memory behind it */
	u->mr[0] = L4_TASK_ADD_KU_MEM_OP;
	u->mr[1] = l4c_fpage(L4H_KU_BASE, KU_ORDER, L4_FPAGE_RW);
	err = l4c_call(L4_BASE_TASK_CAP, l4c_tag(L4_PROTO_TASK, 2, 0));
	if (err < 0)
		l4h_exit(255);
	l4c_kip = find_kip(sp);
	if (!l4c_kip)
		fail("find the kernel interface page: no AT_L4_KIP was passed", 0);
	if (l4c_kip_feature(L4_UX_FEATURE_ENTRY))
		l4c_entry = l4c_resume = L4_UX_ENTRY;
	if (l4c_kip_feature(L4_UX_FEATURE_RESUME))
		l4c_resume = L4_UX_RESUME;
	err = vcpu_enable();
	if (err < 0)
		fail("enable the vCPU", err);
	if (l4c_kip_feature(L4_UX_FEATURE_DIRECT_CALL))
		err = take_partial_calls();
	if (err < 0)
		fail("agree to direct system calls", err);
	vcpu->entry_ip = (unsigned long)l4_vcpu_entry;
	vcpu->state = 0;
	vcpu->saved_state = 0;
	vcpu->user_task = L4_INVALID_CAP;
	l4c_fpu_init();
	l4c_helper_start();
	l4c_irq_init();
}

u64 notrace l4h_clock_ns(void)
{
	u64 (*read_ns)(void) = (void *)l4c_kip->read_ns;

	return read_ns();
}

u64 l4h_clock_scaler(void)
{
	return l4c_kip->scaler_ns;
}

void l4h_restart(void)
{
	l4_utcb_layout_t *u = l4c_utcb();

	vcpu->state = 0;
	u->mr[0] = L4_PLATFORM_CTL_SYS_SHUTDOWN_OP;
	u->mr[1] = 1;
	l4c_call(L4_BASE_ICU_CAP, l4c_tag(L4_PROTO_PLATFORM_CTL, 2, 0));
}

void l4h_exit(int status)
{
	l4_utcb_layout_t *u = l4c_utcb();

	vcpu->state = 0;
	u->mr[0] = L4_INIT_EXIT_OP;
	u->mr[1] = status & 0xff;
	l4c_call(L4_BASE_PAGER_CAP, l4c_tag(L4_PROTO_UX_INIT, 2, 0));
	/* nobody to tell: sleep for ever */
	for (;;)
		l4c_invoke(L4_INVALID_CAP | L4_SYSF_RECV, 0, 0, NULL);
}
