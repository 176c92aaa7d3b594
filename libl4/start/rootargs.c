/* SPDX-License-Identifier: MIT */
/* What the root task has to find out by itself: where the KIP is, and its command line. */
#include <l4/abi/mod.h>
#include <l4/sys/err.h>
#include <l4/sys/ipc.h>
#include <l4/ux/program.h>
#include <string.h>

#include "crt.h"

#define SIGMA0_REQ_KIP 0xffffffffffffffa0UL

l4_kernel_info_t const *l4_crt_root_kip(void)
{
	l4_utcb_t *u = l4_utcb();

	l4_ipc_rcv_window(l4_fpage_all(), u);
	l4_utcb_mr_u(u)->mr[0] = SIGMA0_REQ_KIP;
	l4_utcb_mr_u(u)->mr[1] = 0;
	if (l4_error_u(l4_ipc_kcall(L4_BASE_PAGER_CAP, l4_msgtag(L4_PROTO_SIGMA0, 2, 0, 0), u), u) <
	    0)
		return NULL;
	return (l4_kernel_info_t const *)(l4_utcb_mr_u(u)->mr[0] & ~(L4_PAGESIZE - 1));
}

int l4_crt_root_args(l4_kernel_info_t const *kip, char ***argv)
{
	static char line[4096];
	static char *words[128];
	l4mod_info const *info = kip ? (l4mod_info const *)kip->user_ptr : NULL;
	l4mod_mod const *mod = info ? (l4mod_mod const *)info->mods_addr : NULL;
	int argc = 0;

	for (unsigned i = 0; info && i < info->mods_count; i++, mod++) {
		char const *cmdline = (char const *)mod->cmdline;

		if ((mod->flags & L4MOD_MOD_FLAG_MASK) != L4MOD_MOD_FLAG_ROOTTASK || !cmdline)
			continue;
		if (strlen(cmdline) >= sizeof(line))
			break;
		memcpy(line, cmdline, strlen(cmdline) + 1);
		argc = l4_cmdline_split(line, words, sizeof(words) / sizeof(words[0]));
	}
	*argv = words;
	return argc > 0 ? argc : 0;
}
