#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Somebody sits in front of a Debian: login on the frame buffer, X, a terminal, the pointer.

    desktop.py [--keep DIR] L4UX-COMMAND...

Keys and pointer come from an input script. When a step may begin is decided in the guest: a shell on
its other terminal looks at the screen's text, and at what runs, and prints a word the script waits
for. What X draws after that is waited for in screenshots, the last of which are kept. Skipped, with
status 69, where the host cannot make the disk.
"""
import argparse
import os
import string
import subprocess
import sys
import tempfile
import time

import debian_disk
import picture
import session

LIMIT = 400
PROMPT = "root@debian:~#"
ALPHABET = string.ascii_lowercase + string.digits + "ABCDEFGHILMNRTUX/:.-_@#~"
CALM = "1s"  # nothing changes for so long: all has been drawn
TYPED = "typed-into-the-terminal"
XTERM = (100, 60)  # where its window is
CELL = (6, 13)     # of its font, "fixed"
COLUMNS, ROWS = 80, 24
FREE = (1000, 600)  # a place without windows
BLACK, WHITE = bytes(3), b"\xff\xff\xff"

SCRIPT = f"""
pace 5ms
wait text "login-is-there" within 200s
screenshot login.png
type "root\\n"
wait text "shell-is-there" within 60s
type "echo {ALPHABET}\\n"
wait text "answer-is-there" within 60s
wait still {CALM}
screenshot shell.png
type "startx\\n"
wait text "xterm-is-there" within 120s
wait still {CALM}
type "clear; echo cleared >/dev/hvc0\\n"
wait text "cleared" within 60s
type "echo {ALPHABET}\\n"
type "tty; echo {TYPED} >/dev/hvc0\\n"
wait text "{TYPED}" within 60s
wait text "to-the-pointer" within 120s
move {FREE[0]} {FREE[1]}
wait text "to-the-menu" within 120s
click right
wait text "to-no-menu" within 120s
press esc
wait text "to-the-second" within 120s
press ctrl+alt+f2
wait text "to-the-first" within 120s
press ctrl+alt+f1
wait text "to-the-end" within 120s
type "echo the-end-typed >/dev/hvc0\\n"
"""

# The shell on the guest's terminal. Words are cut in two, so that the echo is not what is waited for.
SHELL = rf"""
screen() {{ [ $(tr -d '\0' </dev/vcs1 | grep -oF "$1" | wc -l) -ge ${{2:-1}} ]; }}
cat >~/up <<'EOF'
echo xterm-""is-there >/dev/hvc0; exec bash
EOF
place={COLUMNS}x{ROWS}+{XTERM[0]}+{XTERM[1]}
echo "exec openbox --startup 'xterm -wf -fn fixed -geometry $place -e sh $HOME/up'" >~/.xinitrc
until screen 'debian login:'; do sleep .2; done; echo login-""is-there
until screen '{PROMPT}'; do sleep .2; done; echo shell-""is-there
until screen '{ALPHABET}' 2; do sleep .2; done; echo answer-""is-there
"""


def check(good, what):
    if not good:
        sys.exit(f"not ok: {what}")


def console_text(shot):
    """What stands on the text console, before the login and after it."""
    known = picture.TextScreen(shot["shell"]).learn(ALPHABET)
    check(known, "what was typed after the login is not to be seen twice")
    lines = [line for line in picture.TextScreen(shot["login"]).read(known) if line]
    check(lines[-1] == "debian login:", f"the screen ends with {lines[-1]!r}")
    lines = picture.TextScreen(shot["shell"]).read(known)
    check(f"{PROMPT} echo {ALPHABET}" in lines, "the login or its shell is not there")


def terminal_text(shot):
    """The lines of the terminal's window, wherever below its title they begin."""
    for down in range(40):
        for right in range(8):
            text = picture.TextScreen(shot.crop(XTERM[0] + right, XTERM[1] + down,
                                                COLUMNS * CELL[0], ROWS * CELL[1]), CELL)
            known = text.learn(ALPHABET)
            lines = text.read(known) if known else []
            if lines and lines[0] == f"{PROMPT} echo {ALPHABET}":
                return lines
    return None


class Watch:
    """Pictures of the screen, taken until they show what they should, and no longer change."""

    def __init__(self, command, guest, where):
        self.command, self.guest, self.where = command, guest, where

    def __call__(self, name, shows, what):
        deadline, before = time.monotonic() + 100, None
        path = os.path.join(self.where, name + ".png")
        while True:
            subprocess.run([*self.command, "monitor", str(self.guest.process.pid), "screenshot",
                            path], check=True, capture_output=True)
            shot = picture.read_png(path)
            if shot.lines == before and shows(shot):
                return shot
            check(time.monotonic() < deadline, what)
            before = shot.lines
            self.guest.pump(0.2)

    def go_on(self, word):
        """The script's next step; the word is cut in two for the echo."""
        self.guest.send(f"echo to-''{word}\n".encode())


def look(watch):
    """What X shows, step by step."""
    typed = watch("typed", lambda shot: (terminal_text(shot) or [""] * 4)[3].startswith("/dev/pts/"),
                  "no terminal with what was typed into it and its answer")
    check(typed.colours(700, 0, 580, 800) == {BLACK}, "there is more than one window")
    watch.go_on("the-pointer")
    pointer = watch("pointer", lambda shot: shot.colours(*FREE, 10, 16) == {BLACK, WHITE},
                    "no pointer where it was moved")
    watch.go_on("the-menu")
    watch("menu", lambda shot: shot.pixel(FREE[0] + 20, FREE[1] + 20) == tuple(WHITE),
          "no menu at the pointer")
    watch.go_on("no-menu")
    watch("closed", lambda shot: shot.lines == pointer.lines, "the menu does not vanish")
    watch.go_on("the-second")
    watch("second", lambda shot: shot.colours(0, 0, 1280, 800) == {BLACK},
          "another console shows X' pixels")
    watch.go_on("the-first")
    watch("back", lambda shot: shot.lines == pointer.lines, "X has not drawn again what was there")
    watch.go_on("the-end")


def drive(guest, watch):
    """Starts the shell on the terminal, looks at what the script does, and switches off."""
    deadline = time.monotonic() + LIMIT
    guest.expect("debian login: ", deadline)
    guest.send(b"root\n")
    guest.expect(r"root@debian:~# ", deadline)
    guest.send(b"stty -echo; PS1=\n")
    for line in SHELL.strip().splitlines():
        guest.send(line.encode() + b"\n")
    guest.expect(TYPED, deadline)
    look(watch)
    guest.expect("the-end-typed", deadline)
    guest.send(b"poweroff\n")
    status = guest.finish(deadline)
    check(status == 0, f"exit status {status}: {guest.out[-800:]!r}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--keep", help="directory for the pictures")
    parser.add_argument("command", nargs="+")
    args = parser.parse_args()
    disk, _ = debian_disk.get(args.command)
    with tempfile.TemporaryDirectory(prefix="l4ux-test-") as directory:
        where = args.keep or directory
        with open(os.path.join(where, "script"), "w", encoding="utf-8") as stream:
            stream.write(SCRIPT)
        guest = session.Session(
            [*args.command, "linux", "--gui=headless", f"--disk={disk},cow={directory}/overlay",
             "--net=user", "--append=vt.global_cursor_default=0", "--input-script=script"],
            cwd=where, terminal=True)
        try:
            drive(guest, Watch(args.command, guest, where))
        except session.StepFailed as failure:
            check(False, failure)
        finally:
            guest.close()
        console_text({name: picture.read_png(os.path.join(where, name + ".png"))
                      for name in ("login", "shell")})
    print("ok")


if __name__ == "__main__":
    main()
