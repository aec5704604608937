"""Runs a Python program by itself: a fresh interpreter, an empty folder, and limits.

It contains mistakes and mischief on this level: endless loops, memory, large files, output without end, exiting early.
It does not take the network or the reading of files away.
"""

import os
import signal
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

MEMORY = 1024**3
FILE = 4 * 1024**2
OUTPUT = 2 * 1024**2
"""Bytes of output that are kept; a program that prints more is ended."""
_LIMITS = f"""
import resource as _resource
for _kind, _most in ((_resource.RLIMIT_AS, {MEMORY}), (_resource.RLIMIT_FSIZE, {FILE}), (_resource.RLIMIT_CORE, 0),
                     (_resource.RLIMIT_CPU, %d)):
    _resource.setrlimit(_kind, (_most, _most))
del _resource, _kind, _most
"""


def run_python(code: str, seconds: float, given: str = "") -> tuple[int | None, str]:
    """Runs `code` and returns its exit status and what it printed.

    **Arguments:**

    - `seconds`: wall time; the status is None if it was used up.
    - `given`: what the program reads from standard input.
    """
    with tempfile.TemporaryDirectory(prefix="gyges-") as folder:
        file = Path(folder) / "program.py"
        file.write_text((_LIMITS % (int(seconds) + 1)) + code, encoding="utf-8", errors="surrogatepass")
        keyboard = Path(folder) / "input"
        keyboard.write_text(given, encoding="utf-8", errors="surrogatepass")
        environment = {"PATH": os.environ.get("PATH", ""), "HOME": folder, "LANG": "C.UTF-8", "PYTHONHASHSEED": "0"}
        with keyboard.open("rb") as stdin:
            child = subprocess.Popen(
                [sys.executable, "-I", "-B", "-X", "utf8", str(file)],
                stdin=stdin,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd=folder,
                env=environment,
                start_new_session=True,
            )
            return _watched(child, seconds)


def _watched(child: subprocess.Popen[bytes], seconds: float) -> tuple[int | None, str]:
    assert child.stdout is not None
    pipe, kept = child.stdout, bytearray()

    def collect() -> None:
        # os.read returns with what is there; a program that floods the pipe is ended instead of read to its end.
        while block := os.read(pipe.fileno(), 1 << 16):
            kept.extend(block)
            if len(kept) > OUTPUT:
                _end(child)
                return

    reader = threading.Thread(target=collect, daemon=True)
    reader.start()
    status: int | None
    try:
        status = child.wait(seconds)
    except subprocess.TimeoutExpired:
        status = None
    # Whatever the program started goes with it; a grandchild would hold the pipe open.
    _end(child)
    child.wait()
    reader.join(2.0)
    pipe.close()
    return status, bytes(kept[:OUTPUT]).decode("utf-8", "replace")


def _end(child: subprocess.Popen[bytes]) -> None:
    try:
        os.killpg(child.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        child.kill()
