"""Damage is noticed before HDF5 reads a file: the checksum behind its contents, and a child process for files without one."""

import hashlib
import os
import select
import signal
import time

from ..errors import ResultsFileError

LENGTH = 72  # "sha256 ", 64 hexadecimal digits, a line feed
SIGNATURE = b"\x89HDF\r\n\x1a\n"
WRITER = 20  # the byte that is 1 while a program has the file open for writing
CHILD_SECONDS, BYTES_PER_SECOND = 10, 1e7


class UncheckedFileWarning(UserWarning):
    """A results file has no checksum that its contents match: damage would not be noticed."""


def state_of(content):
    """What the end of a file says of its contents: "right", "wrong", or "absent" where there is no checksum.

    HDF5 says itself where its contents end (the end of file address of the superblock). Something behind that which is no
    right checksum is a wrong one; HDF5 libraries cut it off when they close a file that they had open for writing. While it
    is open and nothing has changed yet, all that differs is the mark of that (byte 20 of the superblock).
    """
    last = content[-LENGTH:]
    if last.startswith(b"sha256 "):
        contents = [content[:-LENGTH]]
        if content.startswith(SIGNATURE) and content[WRITER : WRITER + 1] == b"\x01":
            contents.append(content[:WRITER] + b"\0" + content[WRITER + 1 : -LENGTH])
        lines = [b"sha256 %s\n" % hashlib.sha256(each).hexdigest().encode() for each in contents]
        return "right" if last in lines else "wrong"
    if content.startswith(SIGNATURE) and len(content) >= 48 and content[8] <= 3:
        place = {0: 40, 1: 44}.get(content[8], 28)
        if int.from_bytes(content[place : place + 8], "little") < len(content):
            return "wrong"
    return "absent"


def check(content, path, read, accept_changes=False):
    """Raise ResultsFileError where the contents of a results file do not match their checksum, unless that is accepted.

    What has no right checksum is first read by a child process, by `read(content)`, since the HDF5 library may crash on
    damaged metadata or never return. Returns what there is to warn of, for a file that turns out to be ours; else None.
    """
    state = state_of(content)
    if state == "right":
        return None
    if state == "wrong" and not accept_changes:
        previous = f"{os.path.realpath(path)}.previous"
        before = f"the checkpoint before it is {previous}; " if os.path.exists(previous) else ""
        raise ResultsFileError(
            f"damaged results file: {path} (its contents do not match its checksum; {before}"
            "allowed: accept_changes=True if they were changed on purpose)"
        )
    if not content.startswith(SIGNATURE):
        return None
    fault = fault_in_child(lambda: read(content), CHILD_SECONDS + len(content) / BYTES_PER_SECOND)
    if fault:
        raise ResultsFileError(f"damaged results file: {path} (reading it: {fault})")
    said = "its contents do not match its checksum" if state == "wrong" else "has no checksum, damage would not be noticed"
    return f"{path}: {said}"


def fault_in_child(work, limit):
    """Let a child process do `work`: how it ended if not by itself, None if it did or raised an exception."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(reading)
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGSEGV, signal.SIGABRT):
                signal.signal(number, signal.SIG_DFL)
            work()
        finally:
            os._exit(0)
    os.close(writing)
    ended = False
    try:
        end = time.monotonic() + limit
        while not ended and time.monotonic() < end:  # the pipe is closed when the child ends
            ended = bool(select.select([reading], [], [], max(0, end - time.monotonic()))[0])
    finally:
        os.close(reading)
        if not ended:
            os.kill(child, signal.SIGKILL)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if not ended:
        return f"not done after {limit:g} s"
    return f"crashed ({signal.strsignal(-status)})" if status < 0 else None
