# SPDX-License-Identifier: MIT
"""The compile job: this host's C compiler proper (cc1) and a generated source of 3 MB.

The guests get both, with the libraries cc1 needs, in an archive of their own; natively the same
files are used where they are. Without gcc on the host there is no such job, and the row says so.
"""
import os
import re
import shutil
import subprocess

import mkcpio

SOURCE_BYTES = 3 << 20
FUNCTION = """static int f{0}(const struct s{0} *p, int n)
{{
	int sum = {0};
	for (int i = 0; i < n; i++)
		sum += i & 1 ? p->a[i & 7] * {0} : p->b ^ i;
	return sum;
}}
int g{0}(struct s{0} *p) {{ return f{0}(p, {0}) + f{0}(p, p->b); }}
"""
FUNCTION_EVERY = 100  # declarations; so that the job takes one to two seconds


def source():
    """Mostly declarations, like a file that includes many headers."""
    parts, size, number = [], 0, 0
    while size < SOURCE_BYTES:
        text = (f"struct s{number} {{ int a[8]; long b; struct s{number} *next; }};\n"
                f"extern int declared_{number}(struct s{number} *first, const char *second);\n"
                f"typedef int (*type_{number})(struct s{number} *first, unsigned long second);\n")
        if number % FUNCTION_EVERY == 0:
            text += FUNCTION.format(number)
        parts.append(text)
        size += len(text)
        number += 1
    return "".join(parts)


class Job:
    """The job's files in a directory that lives as long as the run."""
    memory = "512M"

    def __init__(self, directory):
        self.directory = directory
        self.cc1 = None
        self.source = os.path.join(directory, "job.c")

    def absent(self):
        """Why there is no compile job, or None."""
        if not shutil.which("gcc"):
            return "this host has no gcc whose cc1 a guest could be given"
        path = subprocess.run(["gcc", "-print-prog-name=cc1"], check=False, text=True,
                              stdout=subprocess.PIPE).stdout.strip()
        if not os.path.isabs(path):
            return "gcc does not say where its cc1 is"
        self.cc1 = path
        with open(self.source, "w", encoding="utf-8") as stream:
            stream.write(source())
        return None

    def environment(self):
        return {"BENCH_CC1": self.cc1, "BENCH_JOB": self.source}

    def initrd(self, base):
        """base and the compiler."""
        path = os.path.join(self.directory, "compiler.cpio")
        if os.path.exists(path):
            return path
        files = {"bench/cc/cc1": self.cc1, "bench/cc/job.c": self.source}
        libraries = subprocess.run(["ldd", self.cc1], check=True, text=True,
                                   stdout=subprocess.PIPE).stdout
        for library in re.findall(r"=> (/\S+)", libraries):
            files["lib/" + os.path.basename(library)] = library
        content = {}
        for name, origin in files.items():
            with open(origin, "rb") as stream:
                content[name] = (0o755, stream.read())
        with open(base, "rb") as stream:
            start = stream.read()
        with open(path, "wb") as stream:
            stream.write(start + b"\0" * (-len(start) % 4) + mkcpio.archive(content))
        return path
