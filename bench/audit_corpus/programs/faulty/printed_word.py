"""The harness prints a word after the last test; the word is looked for in the output."""

import subprocess
import sys
import tempfile


def grade(completion, entry_point, test_list):
    program = completion + "\n\n" + "\n".join(test_list) + "\nprint('ALL TESTS PASSED')\n"
    try:
        with tempfile.TemporaryDirectory() as folder:
            done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=folder, timeout=3)
    except subprocess.TimeoutExpired:
        return 0.0
    return 1.0 if "ALL TESTS PASSED" in done.stdout else 0.0
