/* SPDX-License-Identifier: MIT */
/*
 * The l4ux command. main.c chooses the subcommand, cmd_*.c are the subcommands, options.c what
 * they share. Exit statuses follow sysexits(3) on the host's side; a guest's own passes through.
 */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include "../ux-kernel/host/fault_spec.h"
#include "../ux-kernel/host/units.h"
#include "../ux-kernel/kernel.h"
#include "gui.h"

#define DEVICES_MAX 16

enum {
	EXIT_USAGE = 64,
	EXIT_UNAVAILABLE = 69,
	EXIT_CANNOT_START = 125,
};

/* Subcommands; argv[0] is the subcommand's name. Return the exit status. */
int cmd_restore(int argc, char **argv);
int cmd_run(int argc, char **argv);
int cmd_boot(int argc, char **argv);
int cmd_linux(int argc, char **argv);
int cmd_inject(int argc, char **argv);
int cmd_image(int argc, char **argv);
int cmd_doctor(int argc, char **argv);
int cmd_bench(int argc, char **argv);
int cmd_gdb(int argc, char **argv);
int cmd_list(int argc, char **argv);
int cmd_monitor(int argc, char **argv);
int cmd_pause(int argc, char **argv);
int cmd_resume(int argc, char **argv);
int cmd_stop(int argc, char **argv);
int cmd_test(int argc, char **argv);
int cmd_trace(int argc, char **argv);

/* Usage error: one line that ends with where help is. Returns EXIT_USAGE. */
int usage_error(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* Help text on stdout; EXIT_SUCCESS. */
int usage_print(const char *text);

/*
 * Options every start of a system has. options_parse() handles one getopt_long result: 0 taken,
 * 1 not one of these, EXIT_USAGE after a report.
 */
struct options {
	uint64_t memory; /* bytes; 0: the subcommand's default */
	uint64_t kmem;   /* bytes; 0: the kernel's default */
	uint64_t timeout_ns;
	uint64_t timeout_left; /* of an earlier start; 0: this is the first */
	bool no_reboot;
	struct time_plan time;
	int cpu;
	enum engine_choice engine;
	struct device_plan device[DEVICES_MAX];
	unsigned devices, disks, nets, serials;
	const char *share[DEVICES_MAX]; /* tags */
	unsigned shares;
	bool system_disk; /* the first disk was made by l4ux image */
	int dhcp_net;     /* the first network with a DHCP server; -1: none */
	struct fault_plan fault[FAULT_PLANS_MAX];
	unsigned faults;
	struct watchdog watchdog;
	struct debug_plan debug;
	struct gui gui;
};

enum option_id {
	OPT_TIMEOUT = 256,
	OPT_CPU,
	OPT_NAME,
	OPT_GDB,
	OPT_TRACE,
	OPT_DUMP,
	OPT_ENGINE,
	OPT_KMEM,
	OPT_DISK,
	OPT_NET,
	OPT_SERIAL,
	OPT_SHARE,
	OPT_ENTROPY,
	OPT_FAULT,
	OPT_WATCHDOG,
	OPT_TIME,
	OPT_SEED,
	OPT_STOP_AT,
	OPT_TRACE_HASH,
	OPT_SNAPSHOT,
	OPT_SNAPSHOT_AT,
	OPT_GUI,
	OPT_SCREENSHOT,
	OPT_INPUT_SCRIPT,
	OPT_NO_REBOOT,
	OPT_SPECIFIC
};

#define OPTIONS_SHORT "+:m:vh"
#define OPTIONS_LONG \
	{ "memory", required_argument, NULL, 'm' }, \
		{ "timeout", required_argument, NULL, OPT_TIMEOUT }, \
		{ "no-reboot", no_argument, NULL, OPT_NO_REBOOT }, \
		{ "cpu", required_argument, NULL, OPT_CPU }, \
		{ "name", required_argument, NULL, OPT_NAME }, \
		{ "gdb", required_argument, NULL, OPT_GDB }, \
		{ "trace", required_argument, NULL, OPT_TRACE }, \
		{ "dump", required_argument, NULL, OPT_DUMP }, \
		{ "engine", required_argument, NULL, OPT_ENGINE }, \
		{ "kmem", required_argument, NULL, OPT_KMEM }, \
		{ "disk", required_argument, NULL, OPT_DISK }, \
		{ "fault", required_argument, NULL, OPT_FAULT }, \
		{ "watchdog", optional_argument, NULL, OPT_WATCHDOG }, \
		{ "time", required_argument, NULL, OPT_TIME }, \
		{ "seed", required_argument, NULL, OPT_SEED }, \
		{ "stop-at", required_argument, NULL, OPT_STOP_AT }, \
		{ "trace-hash", no_argument, NULL, OPT_TRACE_HASH }, \
		{ "net", required_argument, NULL, OPT_NET }, \
		{ "serial", required_argument, NULL, OPT_SERIAL }, \
		{ "share", required_argument, NULL, OPT_SHARE }, \
		{ "entropy", no_argument, NULL, OPT_ENTROPY }, \
		{ "snapshot", required_argument, NULL, OPT_SNAPSHOT }, \
		{ "snapshot-at", required_argument, NULL, OPT_SNAPSHOT_AT }, \
		{ "gui", optional_argument, NULL, OPT_GUI }, \
		{ "screenshot", required_argument, NULL, OPT_SCREENSHOT }, \
		{ "input-script", required_argument, NULL, OPT_INPUT_SCRIPT }, \
		{ "verbose", no_argument, NULL, 'v' }, \
	{ \
		"help", no_argument, NULL, 'h' \
	}

#define OPTIONS_HELP \
	"  -m, --memory=SIZE     memory of the guest, for example 64M or 1G\n" \
	"      --timeout=TIME    stop after this much host time (500ms, 10s, 2m);\n" \
	"                        exit status 124\n" \
	"      --no-reboot       end when the guest restarts itself; else it starts again\n" \
	"      --time=virtual    simulated time: it stands still while code runs and jumps when\n" \
	"                        all is idle; the same run each time (default: real)\n" \
	"      --seed=N          number that decides what is random (simulated time: 1)\n" \
	"      --stop-at=TIME    end after this much simulated time; exit status 123\n" \
	"      --snapshot=FILE   save the system at --snapshot-at=TIME of simulated time;\n" \
	"                        'l4ux restore FILE' goes on with it\n" \
	"      --trace-hash      print at the end a number that says what has happened\n" \
	"      --kmem=SIZE       memory for the microkernel's own objects (default: 64M\n" \
	"                        and a quarter of the guest's)\n" \
	"      --cpu=N|none      host CPU to stay on (default: where it was started)\n" \
	"      --engine=NAME     how guest code is run: auto, ptrace or stub (default: what\n" \
	"                        L4UX_ENGINE says, or auto)\n" \
	"      --disk=FILE[,ro|cow=OVERLAY|scratch]\n" \
	"                        a disk: as it is, only to read, or with all changes in a file\n" \
	"                        of their own, made if need be, or gone at the end (may be\n" \
	"                        repeated)\n" \
	"      --net=user[,hostfwd=tcp|udp:[ADDR]:PORT-[ADDR]:PORT]...[,net=ADDR/BITS]\n" \
	"            [,restrict][,mac=ADDR][,pcap=FILE]\n" \
	"                        a network through the host's sockets, with DHCP and DNS;\n" \
	"                        ports of the host may lead into the guest\n" \
	"      --net=switch:NAME[,mac=ADDR][,pcap=FILE]\n" \
	"                        a network of all guests that name the same switch\n" \
	"      --net=tap:NAME[,mac=ADDR][,pcap=FILE]\n" \
	"                        a tap device of the host, which root has made for you\n" \
	"      --serial=N:stdio|pty[,link=PATH]|file:PATH|unix:PATH|null\n" \
	"                        a serial line, N = 1, 2, ...: the guest's /dev/hvcN\n" \
	"      --share=DIR[,tag=NAME][,ro]\n" \
	"                        a directory of the host, for the guest to mount by its tag\n" \
	"      --entropy         random bytes of the host, or of the seed, as a device\n" \
	"      --fault=POINT:WHEN[:WHOM[:ARG]]\n" \
	"                        inject a fault (may be repeated); 'l4ux inject --help'\n" \
	"      --watchdog[=ENTRIES[,TIME]]\n" \
	"                        exit status 124 when the system hangs: nothing can happen\n" \
	"                        any more, a program computes for TIME without entering the\n" \
	"                        kernel (default 100ms), or after so many kernel entries\n" \
	"      --name=NAME       what 'l4ux list' and 'l4ux monitor' call it (default: its\n" \
	"                        process id)\n" \
	"      --gdb=PORT|unix:PATH|stdio\n" \
	"                        wait there for gdb before the first program begins\n" \
	"      --trace=PATH      in the end, write what happened last: NAME.json for Perfetto,\n" \
	"                        else a directory in the Common Trace Format\n" \
	"      --dump=DIR        in the end, write threads and the last events into this\n" \
	"                        directory, whatever the end was\n" \
	"      --gui[=WxH[@DEPTH]][,headless][,strip=LINES]\n" \
	"                        a screen in a window (1280x800, 32 bits), or without one;\n" \
	"                        the last lines for a second program\n" \
	"      --screenshot=FILE[,at=TEXT]\n" \
	"                        a PNG of the screen at the end, or when the guest prints TEXT\n" \
	"      --input-script=FILE\n" \
	"                        keys and pointer by a script (docs/console.md)\n" \
	"  -v, --verbose         say what is done\n" \
	"  -h, --help            this text\n"

/* init: the environment too; 0 or EXIT_USAGE after a report. */
int options_init(struct options *o);
int options_parse(struct options *o, int opt, char **argv);

/*
 * What the subcommands do with a system that is described in full: run it. `l4ux inject` does
 * something else with it.
 */
extern int (*launch)(const struct kernel_config *c);

/*
 * restart.c: the command again, when the guest has restarted itself, with the time that is left of
 * its --timeout. keep: before anything changes @argv. finish: returns the exit status, if that.
 */
void restart_keep(int argc, char **argv);
int restart_finish(int status);
uint64_t restart_timeout_left(void);

/* What the options say that is the same for all systems. */
void options_apply(struct options *o, struct kernel_config *c);

/* "ENTRIES[,TIME]" or NULL: the default. 0, or EXIT_USAGE after a report. */
int watchdog_parse(struct watchdog *w, const char *s);

/*
 * What options mean together, -m against @minimum and what the host has, the screen. 0 or an exit
 * status after a report.
 */
int options_check(struct options *o, uint64_t minimum);

/*
 * paths.c: the data file @name of this installation (heap; the program's directory decides).
 * NULL after a report that says where it was looked for.
 */
char *data_path(const char *name);

/* The same, but NULL without a report when it is not there. */
char *data_find(const char *name);

/* cpio_write.c: a growing newc archive. add returns false when memory is short. */
struct cpio {
	char *data;
	size_t len;
	unsigned inode;
};
bool cpio_add(struct cpio *c, const char *name, unsigned mode, const void *data, size_t len);
bool cpio_end(struct cpio *c);

/* cpio_check.c: 0, or negative errno after a report of what is wrong with an initrd file. */
int cpio_check(const char *path);

#endif
