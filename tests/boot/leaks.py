# SPDX-License-Identifier: MIT
"""What a command left behind: processes, files, shared memory.

The runner makes itself the reaper of orphans, so that whatever a command starts and abandons
becomes its child and is found. Only those are ever killed.
"""
import ctypes
import os
import signal
import time

PR_SET_CHILD_SUBREAPER = 36


def become_reaper():
    if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_CHILD_SUBREAPER)")


def status_field(pid, field):
    try:
        with open(f"/proc/{pid}/status", encoding="utf-8", errors="replace") as stream:
            for line in stream:
                if line.startswith(field + ":"):
                    return line.split(None, 1)[1].strip()
    except (OSError, IndexError):
        pass
    return None


def private_memory(pid):
    """KiB of it. 0 for a process with a sanitizer, whose allocator keeps what is freed."""
    with open(f"/proc/{pid}/maps", encoding="ascii", errors="replace") as stream:
        if "/libasan.so" in stream.read():
            return 0
    return int(status_field(pid, "RssAnon").split()[0])


def descendants(root=None):
    """Process ids below root (default: this process), zombies included, parents first."""
    children = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            parent = status_field(name, "PPid")
            if parent is not None:
                children.setdefault(int(parent), []).append(int(name))
    found, queue = [], [root or os.getpid()]
    while queue:
        for child in children.get(queue.pop(0), []):
            found.append(child)
            queue.append(child)
    return found


def kernel_process(root):
    """The process below root that traces the others; root itself if none does yet."""
    for pid in descendants(root):
        tracer = int(status_field(pid, "TracerPid") or 0)
        if tracer:
            return tracer
    return root


def reap():
    """Collect the orphans that have ended."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass


def leftover_processes(before, patience=3.0):
    """Names of processes that are still there after a while; they are killed then."""
    deadline = time.monotonic() + patience
    while True:
        reap()
        left = [pid for pid in descendants() if pid not in before]
        if not left or time.monotonic() > deadline:
            break
        time.sleep(0.02)
    names = [f"{pid} ({status_field(pid, 'Name')}, {status_field(pid, 'State')})" for pid in left]
    for pid in left:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
    time.sleep(0.1 if left else 0)
    reap()
    return names


def tree(directory):
    found = []
    for path, names, files in os.walk(directory):
        found += [os.path.join(path, name) for name in names + files]
    return found


# What benchmarks, campaigns and instances make that run beside the test: the test's own commands
# have directories of their own for these.
OF_OTHERS = ("l4ux-test-", "l4ux-uml-", "l4ux-bench-", "l4ux-inject-", f"l4ux-{os.getuid()}")


def shared_places():
    """Things of ours in the places all users share."""
    found = set()
    for place in ("/tmp", "/dev/shm", "/var/tmp", f"/run/user/{os.getuid()}"):
        try:
            names = os.listdir(place)
        except OSError:
            continue
        found |= {os.path.join(place, name) for name in names
                  if "l4ux" in name and not name.startswith(OF_OTHERS)}
    return found


def leftover_files(own_directories, before, patience=2.0):
    """Files in directories that belong to this test alone, and new ones in shared places."""
    deadline = time.monotonic() + patience
    while True:
        left = [path for directory in own_directories for path in tree(directory)]
        left += sorted(shared_places() - before)
        if not left or time.monotonic() > deadline:
            return left
        time.sleep(0.05)
