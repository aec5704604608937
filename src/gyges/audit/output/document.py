"""The outcome of an audit for a program: what `gyges audit --json` writes; its schema is docs/audit-json.md."""

import json
import math
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from gyges import __version__, disk
from gyges.audit.outlook import outlook
from gyges.audit.output.wording import verdict
from gyges.audit.records import Finding
from gyges.audit.report import Report

SCHEMA = 1


def document(report: Report) -> dict[str, Any]:
    """All that there is to say about an audit, as JSON-able data without NaN."""
    opened = report.opened
    target = asdict(opened) | {"tasks": len(opened.tasks)}
    shape = None if report.format is None else asdict(report.format)
    content = {
        "schema": SCHEMA,
        "gyges": __version__,
        "spec": report.spec,
        "command": report.command,
        "created": report.created,
        "seed": report.seed,
        "options": dict(report.options),
        "budget": asdict(report.budget),
        "seconds": report.seconds,
        "calls": report.calls,
        "verdict": verdict(report),
        "target": target,
        "format": shape,
        "format_share": report.format_share,
        "format_tried": report.format_tried,
        "anchors": [asdict(anchor) for anchor in report.anchors],
        "occurrence": report.occurrence,
        "reads": [asdict(one) for one in report.reads],
        "findings": [asdict(finding) | {"outlook": _outlook(finding)} for finding in report.findings],
        "forms": [asdict(form) | {"low": form.share.low, "high": form.share.high} for form in report.forms],
        "measures": asdict(report.measures),
        "curve": None if report.curve is None else asdict(report.curve),
        "samples": None if report.samples is None else asdict(report.samples),
        "tried": [asdict(tried) for tried in report.tried],
        "not_tried": list(report.not_tried),
        "contained": list(report.contained),
    }
    strict: dict[str, Any] = _strict(content)
    return strict


def _outlook(finding: Finding) -> dict[str, Any] | None:
    found = outlook(finding)
    return None if found is None else asdict(found)


def write(report: Report, target: str) -> None:
    """Writes the document to a file, or to the standard output if `target` is "-"; raises `Fault` if the disk does."""
    publish(document(report), target)


def publish(content: dict[str, Any], target: str) -> None:
    """Writes `content` as ASCII: completions hold characters that turn a terminal or a reader's eye round."""
    text = json.dumps(content, indent=1, ensure_ascii=True, allow_nan=False) + "\n"
    if target == "-":
        sys.stdout.write(text)
        return
    try:
        disk.write_file(Path(target), text.encode())
    except OSError as error:
        raise disk.disk_fault(error, Path(target)) from error


def _strict(value: Any) -> Any:
    """`value` with lists for tuples, text for what JSON has no word for, and None for what is not finite."""
    if isinstance(value, dict):
        return {str(key): _strict(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_strict(inner) for inner in value]
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value if value is None or isinstance(value, str | int) else str(value)
