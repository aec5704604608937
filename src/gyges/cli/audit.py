"""`gyges audit`: what does a reward function that already exists really accept?"""

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from gyges.faults import Exit, Fault

EPILOG = "\n\n".join(
    [
        "Examples:",
        "gyges audit my_rewards.py:accuracy_reward --tasks tasks.jsonl",
        "gyges audit reasoning-gym:countdown --python ~/train/.venv/bin/python",
        "gyges audit rewards.py:grade --tasks tasks.jsonl --emit-tests test_grade.py --json audit.json",
        "gyges audit rewards.py:grade --tasks tasks.jsonl --samples rollouts.jsonl   what training already found",
        "gyges audit rewards.py:grade --tasks tasks.jsonl --fail-on any              in CI",
        "A task is a line of JSON: a prompt, an answer, and any columns that the grader reads. docs/audit.md goes "
        "through an example; docs/adapters.md has every protocol; docs/the-box.md what the sandbox holds.",
        "Exit codes: 0 done; 1 a finding of a kind given with --fail-on; 2 wrong option, name or file; 3 the disk "
        "refused; 130 Ctrl-C.",
    ]
)


class Kind(StrEnum):
    """What `--fail-on` takes: a kind of finding, or `any` of them but contested ones."""

    FALSE_POSITIVE = "false_positive"
    FALSE_NEGATIVE = "false_negative"
    CRASH = "crash"
    SIDE_EFFECT = "side_effect"
    INSTABILITY = "instability"
    OUT_OF_RANGE = "out_of_range"
    UNREAD_INPUT = "unread_input"
    CONTESTED = "contested"
    ANY = "any"


def audit(
    grader: Annotated[
        str,
        typer.Argument(
            metavar="GRADER",
            help="FILE:NAME, MODULE:NAME, reasoning-gym:NAME, program:MODULE:NAME, or the folder of a reward model.",
        ),
    ],
    tasks: Annotated[
        Path | None, typer.Option("--tasks", "-t", metavar="FILE", help="Tasks, one JSON object a line.")
    ] = None,
    protocol: Annotated[
        str,
        typer.Option(
            metavar="NAME",
            help="How the grader is called, if its signature does not tell: plain, trl, verl, inspect, verifiers, "
            "openenv, reasoning-gym, program, reward-model.",
        ),
    ] = "",
    option: Annotated[
        list[str] | None,
        typer.Option("--option", metavar="NAME=VALUE", help="Something that the grader or its protocol is given."),
    ] = None,
    prompt_column: Annotated[str, typer.Option(metavar="NAME", help="The column that holds the prompt.")] = "",
    answer_column: Annotated[str, typer.Option(metavar="NAME", help="The column that holds the answer.")] = "",
    python: Annotated[
        str, typer.Option(metavar="PATH", help="The Python that has the grader's libraries.", show_default="this one")
    ] = "",
    truth: Annotated[
        str, typer.Option(metavar="FILE:NAME", help="Your own judge: f(completion, task) -> True, False or None.")
    ] = "",
    samples: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Rollouts of your training: completion, and step if known.")
    ] = None,
    policy: Annotated[
        Path | None, typer.Option(metavar="DIR", help="A language model: how likely is it to write the exploits?")
    ] = None,
    seconds: Annotated[
        float | None,
        typer.Option(
            "--budget", metavar="SECONDS", help="Time for attacks and search.", show_default="5.5; 30 for programs"
        ),
    ] = None,
    seed: Annotated[int, typer.Option(metavar="N", help="Same seed, same candidates.")] = 0,
    limit: Annotated[float, typer.Option(metavar="SECONDS", help="A call that takes longer counts as hung.")] = 5.0,
    memory: Annotated[int, typer.Option(metavar="MB", help="Memory that a call may take.")] = 2048,
    json: Annotated[str, typer.Option(metavar="FILE", help="Write the report as JSON; `-` prints it.")] = "",
    sarif: Annotated[str, typer.Option(metavar="FILE", help="Write the findings as SARIF, for code hosts.")] = "",
    page: Annotated[str, typer.Option(metavar="FILE", help="Write a page to look at.")] = "",
    emit_tests: Annotated[
        str, typer.Option(metavar="FILE", help="Write a pytest file that passes once the grader is mended.")
    ] = "",
    fail_on: Annotated[
        list[Kind] | None, typer.Option("--fail-on", help="Exit with 1 if there is a finding of this kind.")
    ] = None,
) -> None:
    """Attacks a reward function, verifier or grader, and says what it really accepts.

    The grader runs in a box: a process of its own with limits, without a network.
    """
    _refuse(seconds, limit, memory, (json, sarif, page, emit_tests))
    # Imported here, so that `gyges --help` does not wait.
    from gyges.audit.conduct import Wish
    from gyges.cli.audit_outputs import Outputs, conduct

    options: dict[str, object] = {"bind": dict(_pair(text) for text in option or ())}
    options |= {"prompt_column": prompt_column} if prompt_column else {}
    options |= {"answer_column": answer_column} if answer_column else {}
    wish = Wish(
        spec=grader,
        tasks=tasks,
        protocol=protocol,
        options=options,
        python=python or sys.executable,
        seconds=seconds,
        seed=seed,
        truth=truth,
        call_seconds=limit,
        memory=memory * 1024**2,
        samples=samples,
        policy=policy,
    )
    outputs = Outputs(json, sarif, page, emit_tests)
    report = conduct(wish, outputs)
    wanted = {kind.value for kind in fail_on or ()}
    failing = [
        finding
        for finding in report.findings
        if finding.kind in wanted or ("any" in wanted and finding.kind != "contested")
    ]
    if failing:
        raise typer.Exit(int(Exit.INCOMPLETE))


def _refuse(seconds: float | None, limit: float, memory: int, files: tuple[str, ...]) -> None:
    if seconds is not None and seconds <= 0:
        raise Fault(f"--budget {seconds:g}: give the seconds that attacks may take, for example --budget 6.")
    if limit <= 0:
        raise Fault(f"--limit {limit:g}: give the seconds that one call may take, for example --limit 5.")
    if memory < 64:
        raise Fault(
            f"--memory {memory}: a Python process needs at least 64 MB beyond what it has; 2048 is the default."
        )
    for file in files:
        if file and file != "-" and not Path(file).absolute().parent.is_dir():
            raise Fault(f"{file}: there is no folder {Path(file).absolute().parent}. Make it first.")


def _pair(text: str) -> tuple[str, object]:
    import json

    name, equals, value = text.partition("=")
    if not equals or not name.strip():
        raise Fault(f"--option {text}: give NAME=VALUE, for example --option method=strict.")
    try:
        return name.strip(), json.loads(value)
    except json.JSONDecodeError:
        return name.strip(), value
