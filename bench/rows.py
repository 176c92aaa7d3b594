# SPDX-License-Identifier: MIT
"""What is measured: a row each, with its peer and the target it is judged by.

A row of kind "guest" is an operation of guest/*.c, measured in every system. A row of kind "l4" is a
line of l4/*.c, read against a floor of host/*.c. One of kind "device" is what devices.py measures,
one of kind "lab" what laboratory.py does.
The others are measured by systems.py and crowd.py.
"""
import dataclasses


@dataclasses.dataclass(frozen=True)
class Row:
    name: str
    kind: str            # guest, l4, device, lab, boot, memory, noise, floor, crowd
    section: str         # heading of the table it is in
    title: str = ""
    limit: float = 0     # the ratio to `peer`, or the value, must not exceed this
    peer: str = ""       # uml, native, a floor, handover (the engine's); "": the limit is a value
    unit: str = "ns"     # ns, %, bytes
    loops: int = 0       # operations of a full run, for counting host calls; 0: not counted


def guest(section, *rows):
    return [Row(name, "guest", section, title, limit, peer, loops=loops)
            for name, title, limit, peer, loops in rows]


def l4(section, *rows):
    return [Row(name, "l4", section, title, limit, peer, loops=1000)
            for name, title, limit, peer in rows]


def device(section, *rows):
    return [Row(name, "device", section, title, 1, UML) for name, title in rows]


UML, NATIVE = "uml", "native"

ROWS = [
    *l4("IPC (thesis 5.1)",
        ("ipc_same_task", "short IPC round trip within a task", 0, "futex"),
        ("ipc_two_tasks", "short IPC round trip across tasks", 2.5, "handover"),
        ("kernel_call", "kernel call that does nothing", 0, "futex")),
    *l4("Page faults (thesis 5.2)",
        ("pagefault_nomap", "page-fault message (no register state), across tasks", 6, "futex"),
        ("vcpu_pagefault", "page-fault upcall (full register state)", 0, "futex"),
        ("pagefault_map", "fault + map 4 KB, by message", 20e3, ""),
        ("vcpu_pagefault_map", "fault + map 4 KB, by upcall and resume", 20e3, "")),
    *l4("Exceptions (thesis 5.3)",
        ("reflection_same_task", "reflection, handler in the same task", 0, "futex"),
        ("exception_same_task", "exception message within a task", 0, "futex"),
        ("reflection_two_tasks", "reflection, handler in another task", 0, "futex"),
        ("exception", "exception message across tasks", 6, "futex"),
        ("vcpu_exception", "vCPU exception upcall", 0, "futex"),
        ("vcpu_syscall", "vCPU system call upcall", 0, "futex")),
    *l4("Objects",
        ("task_create_delete", "task create + delete", 150e3, ""),
        ("task_start_delete", "task create, run, delete", 0, ""),
        ("map_unmap", "map + unmap 4 KB in another task", 0, "")),
    *guest("Processes in the guest (thesis 5.4)",
           ("getpid", "getpid", .6, UML, 40000),
           ("clock_gettime", "clock_gettime through libc", .02, UML, 40000),
           ("fork+exit+wait", "fork + exit + wait", .6, UML, 200),
           ("vfork+exit+wait", "vfork + exit + wait", 0, UML, 200),
           ("vfork+exec-tiny", "vfork + exec of a tiny static program", .7, UML, 100),
           ("fork+exec-tiny", "fork + exec of a tiny static program", 0, UML, 100),
           ("fork+exec", "fork + exec of a static glibc program", 0, UML, 60),
           ("fork+exec-dynamic", "fork + exec of a dynamic program", .6, UML, 40)),
    *guest("Jobs in the guest (thesis 5.5)",
           ("300-commands", "300 commands of a shell", .6, UML, 0),
           ("500-subshells", "500 subshells", .6, UML, 0),
           ("compile", "gcc -O2 of one file (cc1)", 1.25, NATIVE, 0)),
    *guest("Memory in the guest",
           ("page-fault", "anonymous page, first write", .4, UML, 4000),
           ("page-fault-scattered", "the same in scattered order", 0, UML, 4000),
           ("page-fault-read", "anonymous page, first read", .4, UML, 4000),
           ("page-fault-file", "page of a cached file, first read", 0, UML, 4000),
           ("cow-fault", "copy-on-write fault", 0, UML, 4000),
           ("mmap+munmap", "mmap + munmap, 16 pages", 0, UML, 4000),
           ("mmap+touch+munmap", "mmap + write each + munmap, 16 pages", 0, UML, 400),
           ("mprotect-pair", "mprotect twice + write", 0, UML, 4000)),
    *guest("Messages in the guest",
           ("pipe-pingpong", "pipe ping-pong between processes", .6, UML, 4000),
           ("socket-pingpong", "socket ping-pong between processes", 0, UML, 4000),
           ("signal", "signal to self", .6, UML, 8000),
           ("context-yield", "context switch (sched_yield)", 0, UML, 8000)),
    *guest("Files in the guest",
           ("stat", "stat", 0, UML, 8000),
           ("open+close", "open + close", 0, UML, 8000),
           ("tmpfs-read-4k", "tmpfs read 4 KB", .6, UML, 8000),
           ("tmpfs-read-64k", "tmpfs read 64 KB", .7, UML, 4000),
           ("tmpfs-write-4k", "tmpfs write 4 KB", 0, UML, 8000),
           ("tmpfs-write-64k", "tmpfs write 64 KB", 0, UML, 4000)),
    *device("Disk of a guest (UML: ubd)",
            ("disk-write", "1 MB write in order, flushed at the end"),
            ("disk-read", "1 MB read in order"),
            ("disk-random-write", "4 KB write at random"),
            ("disk-random-read", "4 KB read at random")),
    *device("Network without rights (UML: slirp)",
            ("tcp-send-user", "TCP, guest to host, 1 MB"),
            ("tcp-receive-user", "TCP, host to guest, 1 MB")),
    *device("Network through a tap device (UML: vector)",
            ("tcp-send-tap", "TCP, guest to host, 1 MB"),
            ("tcp-receive-tap", "TCP, host to guest, 1 MB")),
    Row("restore", "lab", "The laboratory",
        "booted guest of 64 MB: from its file to its next output", 50e6),
    Row("reset", "lab", "The laboratory", "the same in memory, 100 or more pages had changed", 1e6),
    Row("campaign-small", "lab", "The laboratory", "run of a campaign, small L4 system", 1e9 / 300),
    Row("campaign-linux", "lab", "The laboratory", "run of a campaign, booted Linux", 1e9 / 20),
    Row("boot", "boot", "The machine", "boot to the first command's output", 0.25e9, ""),
    Row("memory", "memory", "The machine", "memory of an idle guest of 64 MB", 0, UML, "bytes"),
    Row("quantum-noise", "noise", "The machine", "fixed work quantum, in a process", 0, NATIVE,
        "%"),
    Row("quantum", "noise", "The machine", "fixed work quantum, in an L4 thread", 0, NATIVE, "%"),
    Row("crowd-cpu", "crowd", "100 guests at once", "idle CPU of all, of one core", 5, "", "%"),
    Row("crowd-memory", "crowd", "100 guests at once", "memory of one", 0, "", "bytes"),
    Row("crowd-answer", "crowd", "100 guests at once", "start until all have answered", 0, "",
        "ns"),
]
FLOORS = ("getpid", "ptrace", "futex", "mmap+touch", "sigsys")
