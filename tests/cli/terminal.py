"""Runs a command on a terminal of its own, answers it, and tells what it drew.

The argument is JSON: `command`, `columns`, `rows`, and `steps`, each of which waits until `see` was
drawn since the step before and then does `type`, `signal` or `resize`. What was drawn goes to
stdout; the last line of stderr is JSON: the exit code, and whether the terminal is as it was.
"""

import fcntl
import json
import os
import pty
import select
import signal
import struct
import sys
import termios
import time

PATIENCE = 240.0


def resize(fd, rows, columns):
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


def read(fd, seconds):
    ready, _, _ = select.select([fd], [], [], seconds)
    if not ready:
        return b""
    try:
        return os.read(fd, 65536) or None
    except OSError:
        return None


def answer(fd, pid, step):
    if "type" in step:
        os.write(fd, step["type"].encode())
    if "signal" in step:
        os.kill(pid, getattr(signal, "SIG" + step["signal"]))
    if "resize" in step:
        resize(fd, *step["resize"])


def main():
    spec = json.loads(sys.argv[1])
    pid, fd = pty.fork()
    if pid == 0:
        resize(0, spec["rows"], spec["columns"])
        os.execvp(spec["command"][0], spec["command"])
    before = termios.tcgetattr(fd)[:4]
    drawn, since, steps = b"", 0, list(spec["steps"])
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        more = read(fd, 0.1)
        if more is None:
            break
        drawn += more
        while steps and steps[0]["see"].encode() in drawn[since:]:
            since = len(drawn)
            answer(fd, pid, steps.pop(0))
    else:
        os.kill(pid, signal.SIGKILL)
    after = termios.tcgetattr(fd)[:4]
    _, status = os.waitpid(pid, 0)
    sys.stdout.buffer.write(drawn)
    said = {
        "code": os.waitstatus_to_exitcode(status),
        "restored": before == after,
        "unseen": [step["see"] for step in steps],
    }
    print(json.dumps(said), file=sys.stderr)


main()
