"""The findings of an audit as SARIF 2.1.0, for code scanning and editors: one rule per root cause."""

import hashlib
from pathlib import Path
from typing import Any
from urllib.parse import quote

from gyges import __version__
from gyges.audit.output.document import publish
from gyges.audit.output.places import Place, place_of
from gyges.audit.output.visible import prose, shown
from gyges.audit.output.wording import ABOUT, reach, scores
from gyges.audit.records import Finding
from gyges.audit.report import Report

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
LEVELS = {
    "false_positive": "error",
    "false_negative": "warning",
    "crash": "error",
    "side_effect": "error",
    "instability": "warning",
    "out_of_range": "error",
    "unread_input": "error",
    "contested": "note",
}
_BASE = "SRCROOT"


def sarif(report: Report, folder: Path) -> dict[str, Any]:
    """A SARIF log; files inside `folder` are named relative to it, so that a service finds them in its checkout."""
    rules: dict[str, dict[str, Any]] = {}
    results = []
    for finding in report.findings:
        name = _rule(finding)
        rules.setdefault(name, _describe(finding))
        results.append(_result(finding, report, folder) | {"ruleIndex": list(rules).index(name)})
    run = {
        "tool": {"driver": {"name": "Gyges", "version": __version__, "rules": list(rules.values())}},
        "originalUriBaseIds": {_BASE: {"description": {"text": "The folder that the audit was started in."}}},
        "invocations": [{"executionSuccessful": True, "commandLine": prose(report.command)}],
        "results": results,
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def write(report: Report, target: str, folder: Path | None = None) -> None:
    """Writes the log to a file, or to the standard output if `target` is "-"; raises `Fault` if the disk does."""
    publish(sarif(report, folder or Path.cwd()), target)


def _rule(finding: Finding) -> str:
    return f"{finding.kind}/{prose(finding.root_cause)}"


def _describe(finding: Finding) -> dict[str, Any]:
    return {
        "id": _rule(finding),
        "shortDescription": {"text": prose(finding.title)},
        "fullDescription": {"text": f"{prose(finding.why)} ({ABOUT[finding.kind]})"},
        "help": {"text": prose(finding.mend) or "No mend is known."},
        "defaultConfiguration": {"level": LEVELS[finding.kind]},
    }


def _result(finding: Finding, report: Report, folder: Path) -> dict[str, Any]:
    facts = "; ".join(fact for fact in (scores(finding), reach(finding)) if fact)
    said = f"{prose(finding.title)}: {shown(finding.completion, 200)}" + (f" ({facts})" if facts else "")
    key = f"{report.spec}\n{finding.kind}\n{finding.root_cause}"
    result: dict[str, Any] = {
        "ruleId": _rule(finding),
        "level": LEVELS[finding.kind],
        "message": {"text": said},
        "partialFingerprints": {"rootCause/v1": hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()},
        "properties": {
            "score": finding.score,
            "referenceScore": finding.reference_score,
            "relativeScore": finding.relative,
            "reach": finding.reach,
            "tried": finding.tried,
            "task": finding.task,
        },
    }
    at = place_of(finding, report)
    if at is not None:
        result["locations"] = [{"physicalLocation": _location(at, folder)}]
    return result


def _location(at: Place, folder: Path) -> dict[str, Any]:
    inside = at.seen_from(folder)
    artifact: dict[str, Any]
    if inside is not None:
        artifact = {"uri": _address(inside), "uriBaseId": _BASE}
    else:
        artifact = {"uri": "file://" + _address(Path(at.file).absolute().as_posix())}
    return {"artifactLocation": artifact, "region": {"startLine": at.line}}


def _address(path: str) -> str:
    return quote(path.encode("utf-8", "replace"))
