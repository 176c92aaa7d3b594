#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The console's window on a display server without a screen (Xvfb).

    window.py paint|close|kill|rate|paste|stubborn|debian --build DIR L4UX-COMMAND...

paint: what is in the frame buffer is what the window shows, keys and pointer arrive. close: closing
it asks, closing it again ends. kill: the process is killed, the guest goes on with a new one.
rate: frames that are presented in a second. paste: the clipboard is typed into the guest. stubborn:
a guest that does not power off when its window is closed. debian: a Debian boots to its login in the
window.
"""
import argparse
import os
import re
import signal
import subprocess
import sys
import tempfile
import time

import debian_disk
import leaks
import picture
import x11

FRAMES = 300


def check(good, what):
    if not good:
        sys.exit(f"not ok: {what}")


class Run:
    """The command under test."""

    last = None

    def __init__(self, argv, display, directory):
        self.process = subprocess.Popen(argv, env={**os.environ, "DISPLAY": display.name},
                                        cwd=directory, stdin=subprocess.DEVNULL,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        Run.last = self.process

    def finish(self, seconds=60):
        try:
            out, err = self.process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            out, err = self.process.communicate()
            check(False, f"it does not end: {out!r} {err!r}")
        return self.process.returncode, out.decode(), err.decode()

    def console(self):
        for pid in leaks.descendants(self.process.pid):
            try:
                with open(f"/proc/{pid}/comm", encoding="utf-8") as stream:
                    if stream.read().startswith("console-"):
                        return pid
            except OSError:
                continue
        return None


def wait_pixel(display, x, y, colour, what, seconds=20):
    """Waits until the screen has that colour there."""
    deadline = time.monotonic() + seconds
    while picture.read_xwd(display.file).pixel(x, y) != colour:
        check(time.monotonic() < deadline, what)
        time.sleep(0.1)


def shown(display, what="no window"):
    """The window of 640x400, and where its picture is on the screen."""
    window = display.find(640, 400)
    check(window, what)
    return window, *display.geometry(window)[:2]


GROUND = (0x20, 0x20, 0x20)  # of paint, when it is ready for events
STRIP = (0x20, 0x28, 0x40)   # of statusbar


def paint(command, build, display, directory):
    run = Run([*command, "run", "--gui=640x400", f"{build}/examples/paint"], display, directory)
    window, left, top = shown(display)
    display.focus(window)
    wait_pixel(display, left + 200, top + 300, GROUND, "nothing was drawn")
    display.fake(x11.MOTION, 0, left + 100, top + 100)
    for code in (3, 3):  # key 2: red
        display.fake(x11.KEY_PRESS, code + 8)
        display.fake(x11.KEY_RELEASE, code + 8)
    display.fake(x11.BUTTON_PRESS, 1)
    display.fake(x11.MOTION, 0, left + 300, top + 200)
    deadline = time.monotonic() + 10
    while True:
        seen = picture.read_xwd(display.file)
        good = (seen.pixel(left + 300, top + 200) == (0xe0, 0x40, 0x40)
                and seen.pixel(left + 100, top + 100) == (0xe0, 0x40, 0x40)
                and seen.pixel(left + 200, top + 300) == (0x20, 0x20, 0x20))
        if good or time.monotonic() > deadline:
            break
        time.sleep(0.1)
    check(good, f"the window shows {seen.pixel(left + 300, top + 200)} where red was painted")
    display.fake(x11.BUTTON_PRESS + 1, 1)
    display.fake(x11.KEY_PRESS, 1 + 8)
    status, out, err = run.finish()
    check(status == 0, f"exit status {status} after Escape: {out} {err}")


def close(command, build, display, directory):
    run = Run([*command, "run", "--gui=640x400", f"{build}/examples/paint"], display, directory)
    window, left, top = shown(display)
    wait_pixel(display, left + 200, top + 300, GROUND, "nothing was drawn")
    display.close_window(window)
    status, out, err = run.finish(20)
    check(status == 0, f"closing was no power button: {status} {out} {err}")
    # statusbar reads no keys, so there is nobody to ask
    run = Run([*command, "run", "--gui=640x400,strip=32", f"{build}/examples/statusbar"], display,
              directory)
    window, left, top = shown(display)
    wait_pixel(display, left + 300, top + 399, STRIP, "nothing was drawn in the strip")
    display.close_window(window)
    status, out, err = run.finish(20)
    check(status == 128 + signal.SIGHUP, f"it goes on, or ended with {status} {out} {err}")


def kill(command, build, display, directory):
    run = Run([*command, "run", "--gui=640x400", f"{build}/examples/paint"], display, directory)
    _, left, top = shown(display)
    wait_pixel(display, left + 200, top + 300, GROUND, "nothing was drawn")
    first = run.console()
    os.kill(first, signal.SIGKILL)
    deadline = time.monotonic() + 10
    while run.console() in (None, first) and time.monotonic() < deadline:
        time.sleep(0.05)
    window, left, top = shown(display, "no new window")
    wait_pixel(display, left + 200, top + 300, GROUND, "the new window is empty")
    display.focus(window)
    display.fake(x11.KEY_PRESS, 1 + 8)
    status, out, err = run.finish(20)
    check(status == 0, f"the new one passes on no keys: {status} {out} {err}")
    check(re.search("console was killed by signal 9; started again", err), f"not reported: {err}")


# Seconds of a CPU for a frame; a sanitizer costs its share.
FRAME_COST = 0.004 * float(os.environ.get("L4UX_TEST_SLOW", "1"))


def spent(pid):
    """Seconds a process has run, and was ready to run and had to wait."""
    with open(f"/proc/{pid}/schedstat", encoding="utf-8") as stream:
        return [int(n) / 1e9 for n in stream.read().split()[:2]]


def rate(command, build, display, directory):
    for how in ([], ["silent"]):
        run = Run([*command, "run", "-v", "--gui=1280x800", f"{build}/tests/video", str(FRAMES),
                   *how], display, directory)
        check(display.find(1280, 800), "no window")
        start = spent(run.console())[0] # what it takes to open a window is not for a frame
        ran, lost, deadline = start, 0, time.monotonic() + 60
        while run.process.poll() is None and time.monotonic() < deadline:
            pid = run.console()
            try:
                ran, lost = spent(pid) if pid else (ran, lost)
            except OSError:
                pass
            time.sleep(0.2)
        status, out, err = run.finish()
        took = re.search(r"video: \d+ frames in (\d+) ms", out)
        frames = re.search(r"screen: (\d+) frames", err)
        check(status == 0 and took and frames, f"status {status}: {out} {err}")
        ran, seconds, frames = ran - start, int(took.group(1)) / 1000, int(frames.group(1))
        print(f"{' '.join(how) or 'told'}: {frames} frames presented in {seconds:.2f} s, "
              f"{frames / seconds:.1f} a second; {1000 * ran / frames:.2f} ms of a CPU for each; "
              f"had to wait for a CPU {lost:.2f} s")
        check(ran / frames < FRAME_COST, f"a frame costs more than {1000 * FRAME_COST:.0f} ms")
        # while it could run
        free = max(seconds - lost - 0.5, 0.1)
        check(frames >= 0.9 * min(60 * free, FRAMES) or lost > seconds / 2,
              "too few frames were presented")


class Guest(Run):
    """A Linux in a window; what it prints is read while it runs."""

    def __init__(self, argv, display, directory):
        super().__init__(argv, display, directory)
        self.text = ""
        for stream in (self.process.stdout, self.process.stderr):
            os.set_blocking(stream.fileno(), False)

    def wait_text(self, pattern, seconds=120):
        deadline = time.monotonic() + seconds
        while True:
            ended = self.process.poll() is not None
            for stream in (self.process.stdout, self.process.stderr):
                self.text += (stream.read() or b"").decode(errors="replace")
            if re.search(pattern, self.text):
                return
            check(not ended and time.monotonic() < deadline,
                  f"waited for {pattern}: {self.text[-600:]!r}")
            time.sleep(0.1)


LEFT_CTRL, LEFT_ALT, KEY_V, KEY_ENTER = 29, 56, 47, 28


def press(display, *keys):
    for key in keys:
        display.fake(x11.KEY_PRESS, key + 8)
    for key in reversed(keys):
        display.fake(x11.KEY_RELEASE, key + 8)


PROMPT_LINE = 5  # of the shell on the screen, below what it says about itself


def wait_prompt(display, left, top):
    """Waits for the shell on the screen."""
    deadline, line = time.monotonic() + 60, top + PROMPT_LINE * picture.CONSOLE_CELL[1]
    while len(picture.read_xwd(display.file).colours(left, line, 640, 16)) < 2:
        check(time.monotonic() < deadline, "no prompt in the window")
        time.sleep(0.1)


def paste(command, _build, display, directory):
    run = Guest([*command, "linux", "--gui=640x400"], display, directory)
    window, left, top = shown(display)
    wait_prompt(display, left, top)
    display.focus(window)
    text = "echo \"Pasted: $((6*7)) {~|\\`^%@!}\" 'A_b' >/dev/hvc0\nexit 5\n"
    asked = display.give_clipboard(text, lambda: press(display, LEFT_CTRL, LEFT_ALT, KEY_V))
    check(asked, "nobody asked for the clipboard")
    run.wait_text(r"Pasted: 42 \{~\|`\^%@!\} A_b", 30)
    status, out, err = run.finish()
    check(status == 5, f"exit status {status}: {out} {err}")


def stubborn(command, _build, display, directory):
    """A system that hears the power button and does nothing."""
    run = Guest([*command, "linux", "-v", "--gui=640x400",
                 '--append=rdinit=/bin/sh -- -c "mount -t devtmpfs d /dev; echo up >/dev/hvc0; '
                 'exec cat"'], display, directory)
    window, _, _ = shown(display)
    run.wait_text(r"(?m)^up\r?$", 60)
    display.close_window(window)
    run.wait_text("is asked to power off", 30)
    time.sleep(1)
    check(run.process.poll() is None, "it has ended although nobody did anything")
    display.close_window(window)
    status, out, err = run.finish(20)
    check(status == 128 + signal.SIGHUP, f"closed twice: status {status} {out} {err}")


def shot(command, run, directory):
    """What the screen is, by the kernel process."""
    name = os.path.join(directory, "now.png")
    subprocess.run([*command, "monitor", str(run.process.pid), "screenshot", name], check=True,
                   capture_output=True)
    return picture.read_png(name)


def same(command, run, display, directory, left, top):
    """Waits until the window shows what the screen is, and that does not change any more."""
    deadline, before = time.monotonic() + 60, None
    while True:
        now = shot(command, run, directory)
        seen = picture.read_xwd(display.file).crop(left, top, now.width, now.height)
        if before == now.lines == seen.lines:
            return now
        check(time.monotonic() < deadline, "the window does not show what the screen is")
        before = now.lines
        time.sleep(0.5)


def debian(command, _build, display, directory):
    disk, _ = debian_disk.get(command)
    run = Guest([*command, "linux", "--gui", f"--disk={disk},cow={directory}/overlay",
                 "--net", "user", "--append=vt.global_cursor_default=0"], display, directory)
    window = display.find(1280, 800, 60)
    check(window, "no window")
    left, top = display.geometry(window)[:2]
    run.wait_text("debian login:")
    login = same(command, run, display, directory, left, top)
    check(len(login.colours(0, 0, 640, 400)) > 1, "the window is empty")
    display.focus(window)
    for key in (19, 24, 24, 20, KEY_ENTER):  # r o o t
        press(display, key)
    deadline = time.monotonic() + 60
    while same(command, run, display, directory, left, top).lines == login.lines:
        check(time.monotonic() < deadline, "what was typed is not to be seen")
    display.close_window(window)
    status, out, err = run.finish(120)
    check(status == 0, f"closing the window: exit status {status}: {out} {err}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=["paint", "close", "kill", "rate", "paste", "stubborn",
                                         "debian"])
    parser.add_argument("--build", required=True)
    parser.add_argument("command", nargs="+")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        display = x11.Display(directory)
        try:
            globals()[args.what](args.command, args.build, display, directory)
        finally:
            if Run.last and Run.last.poll() is None:
                Run.last.kill()
            display.close()
    print("ok")


if __name__ == "__main__":
    main()
