"""The JSON document and the SARIF log of an audit, against their schemas."""

import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from audit_samples import FINDINGS, OPENED, clean_report, finding, hostile_report, sample_report

from gyges.audit.output import document, sarif
from gyges.audit.output.places import Place, excerpt, place
from gyges.audit.records import KINDS, Opened
from gyges.audit.report import Measures
from gyges.faults import Exit, Fault

PAGE = Path(__file__).parent.parent / "docs" / "audit-json.md"
TEXT = {"type": "object", "required": ["text"], "properties": {"text": {"type": "string", "minLength": 1}}}
SARIF = {
    # The part of the official schema that says what a log of results has to have.
    "type": "object",
    "required": ["version", "runs"],
    "properties": {
        "$schema": {"type": "string", "format": "uri"},
        "version": {"enum": ["2.1.0"]},
        "runs": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["tool"],
                "additionalProperties": False,
                "properties": {
                    "tool": {
                        "type": "object",
                        "required": ["driver"],
                        "additionalProperties": False,
                        "properties": {
                            "driver": {
                                "type": "object",
                                "required": ["name"],
                                "additionalProperties": False,
                                "properties": {
                                    "name": {"type": "string"},
                                    "version": {"type": "string"},
                                    "rules": {
                                        "type": "array",
                                        "uniqueItems": True,
                                        "items": {
                                            "type": "object",
                                            "required": ["id"],
                                            "additionalProperties": False,
                                            "properties": {
                                                "id": {"type": "string"},
                                                "shortDescription": TEXT,
                                                "fullDescription": TEXT,
                                                "help": TEXT,
                                                "defaultConfiguration": {
                                                    "type": "object",
                                                    "additionalProperties": False,
                                                    "properties": {"level": {"$ref": "#/$defs/level"}},
                                                },
                                            },
                                        },
                                    },
                                },
                            }
                        },
                    },
                    "originalUriBaseIds": {"type": "object", "additionalProperties": {"$ref": "#/$defs/artifact"}},
                    "invocations": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "required": ["executionSuccessful"],
                            "properties": {
                                "executionSuccessful": {"type": "boolean"},
                                "commandLine": {"type": "string"},
                            },
                        },
                    },
                    "results": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "required": ["message"],
                            "additionalProperties": False,
                            "properties": {
                                "ruleId": {"type": "string"},
                                "ruleIndex": {"type": "integer", "minimum": -1},
                                "level": {"$ref": "#/$defs/level"},
                                "message": TEXT,
                                "partialFingerprints": {"type": "object", "additionalProperties": {"type": "string"}},
                                "properties": {"type": "object"},
                                "locations": {"type": "array", "items": {"$ref": "#/$defs/location"}},
                            },
                        },
                    },
                },
            },
        },
    },
    "$defs": {
        "level": {"enum": ["none", "note", "warning", "error"]},
        "artifact": {
            "type": "object",
            "additionalProperties": False,
            "properties": {
                "uri": {"type": "string", "pattern": "^[A-Za-z0-9:/._~%-]+$"},
                "uriBaseId": {"type": "string"},
                "description": TEXT,
            },
        },
        "location": {
            "type": "object",
            "properties": {
                "physicalLocation": {
                    "type": "object",
                    "required": ["artifactLocation"],
                    "properties": {
                        "artifactLocation": {"$ref": "#/$defs/artifact"},
                        "region": {
                            "type": "object",
                            "properties": {"startLine": {"type": "integer", "minimum": 1}},
                        },
                    },
                }
            },
        },
    },
}


def closed(schema: Any) -> Any:
    """The schema with no fields allowed that it does not name, so that an undocumented one is seen."""
    if isinstance(schema, list):
        return [closed(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    inner = {name: closed(part) for name, part in schema.items()}
    return {"additionalProperties": False} | inner if "properties" in schema and "type" in schema else inner


def documented() -> Any:
    return json.loads(PAGE.read_text().partition("```json\n")[2].partition("```")[0])


@pytest.mark.parametrize("make", [sample_report, clean_report, hostile_report])
def test_the_document_is_what_the_documentation_says(make: Any) -> None:
    content = document.document(make())
    jsonschema.validate(content, documented(), jsonschema.Draft202012Validator)
    jsonschema.validate(content, closed(documented()), jsonschema.Draft202012Validator)


def test_the_schema_refuses_what_is_not_a_document() -> None:
    content = document.document(sample_report())
    content["findings"][0]["kind"] = "bad"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(content, documented())


def test_the_documented_kinds_are_the_kinds() -> None:
    assert tuple(documented()["$defs"]["finding"]["properties"]["kind"]["enum"]) == KINDS
    assert set(sarif.LEVELS) == set(KINDS)


def test_a_finding_keeps_its_numbers_and_its_exact_completion(tmp_path: Path) -> None:
    document.write(hostile_report(), str(tmp_path / "audit.json"))
    raw = (tmp_path / "audit.json").read_bytes()
    assert raw.isascii()
    found = json.loads(raw)["findings"][0]
    assert found["completion"] == hostile_report().findings[0].completion
    assert (found["task"], found["score"], found["reference_score"], found["reach"]) == (3, 1.0, 1.0, 20)
    assert not {0x1B, 0x07, 0x7F} & set(raw)


def test_what_json_has_no_word_for_is_null_or_text() -> None:
    odd = replace(FINDINGS[0], score=math.inf, relative=math.nan)
    content = document.document(
        sample_report(findings=(odd,), options={"device": Path("gpu"), 3: {1.5}}, measures=Measures(low=-math.inf))
    )
    assert content["findings"][0]["score"] is content["findings"][0]["relative"] is content["measures"]["low"] is None
    assert content["options"] == {"device": "gpu", "3": [1.5]}
    json.dumps(content, allow_nan=False)


def test_the_document_can_be_printed(capsys: pytest.CaptureFixture[str]) -> None:
    document.write(sample_report(), "-")
    assert json.loads(capsys.readouterr().out)["schema"] == 1


def test_a_disk_that_refuses_is_a_fault_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(Fault) as caught:
        document.write(sample_report(), str(tmp_path / "file" / "audit.json"))
    assert caught.value.exit_code is Exit.DISK


@pytest.mark.parametrize("make", [sample_report, clean_report, hostile_report])
def test_the_log_is_sarif(make: Any, tmp_path: Path) -> None:
    log = sarif.sarif(make(), tmp_path)
    jsonschema.validate(log, SARIF)
    json.dumps(log, ensure_ascii=False, allow_nan=False).encode()


def test_each_result_names_its_rule_and_each_rule_once(tmp_path: Path) -> None:
    run = sarif.sarif(sample_report(), tmp_path)["runs"][0]
    rules = run["tool"]["driver"]["rules"]
    assert len(run["results"]) == 4
    assert [rules[result["ruleIndex"]]["id"] for result in run["results"]] == [
        result["ruleId"] for result in run["results"]
    ]
    levels = {result["ruleId"].partition("/")[0]: result["level"] for result in run["results"]}
    assert levels == {"false_positive": "error", "false_negative": "warning", "crash": "error", "contested": "note"}


def test_files_of_the_folder_are_named_from_it_and_others_in_full(tmp_path: Path) -> None:
    inside, outside = tmp_path / "a b" / "my_rewards.py", tmp_path.parent / "other.py"
    report = sample_report(
        opened=replace(OPENED, file=str(inside), line=4),
        findings=(
            finding("crash", "one", line=f"{inside}:7"),
            finding("crash", "two", line=f"{outside}:9"),
            finding("crash", "three", line=""),
        ),
    )
    places = [
        result["locations"][0]["physicalLocation"] for result in sarif.sarif(report, tmp_path)["runs"][0]["results"]
    ]
    assert places[0] == {
        "artifactLocation": {"uri": "a%20b/my_rewards.py", "uriBaseId": "SRCROOT"},
        "region": {"startLine": 7},
    }
    assert places[1]["artifactLocation"]["uri"].startswith("file:///")
    assert "uriBaseId" not in places[1]["artifactLocation"]
    assert places[2]["region"] == {"startLine": 4}  # where the grader is defined, for want of a better line


def test_without_any_line_there_is_no_location(tmp_path: Path) -> None:
    opened = Opened("plain", "f", ())
    log = sarif.sarif(sample_report(opened=opened, findings=(finding("crash", "one", line=""),)), tmp_path)
    assert "locations" not in log["runs"][0]["results"][0]


def test_a_finding_keeps_its_fingerprint_when_its_payload_changes(tmp_path: Path) -> None:
    def prints(completion: str, cause: str = "one") -> Any:
        report = sample_report(findings=(finding("crash", cause, completion=completion),))
        return sarif.sarif(report, tmp_path)["runs"][0]["results"][0]["partialFingerprints"]

    assert prints("a") == prints("b")
    assert prints("a") != prints("a", "two")


def test_a_place_is_a_file_and_a_line() -> None:
    assert place("a:b.py:12") == Place("a:b.py", 12)
    assert [place(text) for text in ("", "a.py", "a.py:", "a.py:x", ":3", "a.py:0", "a.py:²")] == [None] * 7


def test_only_the_graders_own_files_are_quoted(tmp_path: Path) -> None:
    grader, secret = tmp_path / "grader.py", tmp_path / "secret.txt"
    grader.write_text("one\ntwo\nthree\nfour\n")
    secret.write_text("secret\n")
    report = sample_report(opened=replace(OPENED, file=str(grader), files=(str(grader),)))
    assert excerpt(Place(str(grader), 2), report, around=1) == [(1, "one"), (2, "two"), (3, "three")]
    assert excerpt(Place(str(secret), 1), report) == []
    assert excerpt(Place(str(grader), 99), report) == []
