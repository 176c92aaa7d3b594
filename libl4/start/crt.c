/* SPDX-License-Identifier: MIT */
/* Start-up: from the state the kernel or the root task leaves us in to main(). */
#include <l4/abi/ux.h>
#include <l4/sys/ipc.h>
#include <l4/ux/program.h>

#include "crt.h"

l4_kernel_info_t const *l4_global_kip;
l4_umword_t const *l4_program_auxv;
int l4_program_is_root;

static l4_kernel_info_t const *crt_auxv_kip(l4_umword_t const *auxv)
{
	for (; auxv[0]; auxv += 2)
		if (auxv[0] == AT_L4_KIP)
			return (l4_kernel_info_t const *)auxv[1];
	return NULL;
}

void l4_crt_start(l4_umword_t *stack, l4_kernel_info_t const *kip)
{
	int argc;
	char **argv;

	l4_crt_relocate();
	if (stack) {
		l4_umword_t *p = stack + 1;

		argc = (int)stack[0];
		argv = (char **)p;
		p += argc + 1;
		while (*p++) /* environment */
			;
		l4_program_auxv = p;
		l4_global_kip = crt_auxv_kip(p);
	} else {
		l4_program_is_root = 1;
		/* sigma0 gets the KIP from the kernel and has nobody to ask for arguments. */
		l4_global_kip = kip ? kip : l4_crt_root_kip();
		argc = kip ? 0 : l4_crt_root_args(l4_global_kip, &argv);
		if (kip)
			argv = NULL;
	}
	if (l4_global_kip && l4_kip_kernel_has_feature(l4_global_kip, L4_UX_FEATURE_ENTRY))
		l4_entry = (void (*)(void))L4_UX_ENTRY;
	l4_exit(main(argc, argv));
}
