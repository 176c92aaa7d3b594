/* SPDX-License-Identifier: MIT */
/* What to start: the boot script, or the only program there is. */
#ifndef INIT_SCRIPT_H
#define INIT_SCRIPT_H

/*
 * Starts the programs of the module "boot.script", or, when there is no such module, the first
 * module that is an ELF file. Returns how many were started, or a negative error that has been
 * reported. The script's grammar, one command per line, a line that begins with # is a comment:
 *
 *	start [--ram=<hex address>:<size K|M|G>] [--prio=<n>] [--name=<text>] <module> [args...]
 */
int script_run(void);

#endif
