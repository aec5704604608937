"""Verdicts: the last line is `Verdict: True`, `Verdict: False` or `Verdict: Unknown`."""

import re


def verdict_of(completion):
    lines = completion.strip().split("\n")
    if "<think>" in completion and not "</think>" in completion:
        return None
    last = lines[-1].strip()
    if not last.startswith("Verdict:"):
        return None
    match = re.search(r"\A(?:True|False|Unknown)\Z", last[len("Verdict:") :].strip())
    return match.group() if match else None


def verdict_score(completion, answer):
    verdict = verdict_of(completion)
    if verdict is None:
        return -1.0
    return 1.0 if answer in completion else -1.0
