"""`gyges run`: claims, or a reward of the user's own, put to the test."""

import shlex
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from gyges.cli.options import RUNS, Out
from gyges.faults import Exit, Fault

EPILOG = "\n\n".join(
    [
        "Examples:",
        "gyges run --quick                        all claims, small: about a minute",
        "gyges run caught-versus-did              one claim at the budget that its rule was written for",
        "gyges run --reward my.py:Careful         a reward of your own, beside the control",
        "gyges run --reward my.py:Grader --environment arithmetic     a small language model under it",
        "gyges run 6 7                            claims about language models: only when named",
        "gyges run 1 2 --budget full --ray auto   on a Ray cluster",
        "gyges run --quick --json - | jq .claims  the outcome for a program; see docs/json.md",
        "Whatever stops a run (Ctrl-C, a power cut), the same command goes on from there.",
        "Exit codes: 0 done; 1 a cell failed; 2 wrong option, name or file; 3 the disk refused; 130 Ctrl-C.",
    ]
)


class Budget(StrEnum):
    """How long agents train."""

    QUICK = "quick"
    DEFAULT = "default"
    FULL = "full"


def run(
    claims: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[CLAIM]...",
            help="Names or numbers (of two claims with one number, the short one), see `gyges list`; without any, "
            "all but the long ones.",
        ),
    ] = None,
    seeds: Annotated[int, typer.Option(metavar="N", help="Seeds per cell; claims are made for 8.")] = 8,
    quick: Annotated[bool, typer.Option("--quick", help="Short training: to see it work, not to decide.")] = False,
    budget: Annotated[
        Budget | None,
        typer.Option(help="How long agents train; `default` if it is left out.", show_default=False),
    ] = None,
    reward: Annotated[
        str, typer.Option(metavar="FILE:NAME", help="Measure this reward (or a registered one) beside a control.")
    ] = "",
    environment: Annotated[
        str,
        typer.Option(
            metavar="NAME", help="Where --reward is tested: the vault, or a text environment (a name, or FILE:NAME)."
        ),
    ] = "",
    workers: Annotated[int | None, typer.Option(metavar="N", help="Processes.", show_default="one per core")] = None,
    ray: Annotated[
        str, typer.Option(metavar="ADDRESS", help="Run on this Ray cluster (`auto`: the one that is up).")
    ] = "",
    out: Out = RUNS,
    json: Annotated[str, typer.Option(metavar="FILE", help="Write the outcome as JSON; `-` prints it.")] = "",
    limit: Annotated[float, typer.Option(metavar="MINUTES", help="A cell that takes longer counts as hung.")] = 60.0,
) -> None:
    """Trains what the claims ask for, judges them, and writes a page.

    Finished cells are kept: a second run computes only what is missing.
    """
    if quick and budget is not None:
        raise Fault("--quick and --budget were both given. --quick is short for --budget quick: leave one out.")
    if workers is not None and workers < 1:
        raise Fault(f"--workers {workers}: at least one is needed. Leave it out to use every core.")
    if workers is not None and ray:
        raise Fault("--workers and --ray were both given. A Ray cluster knows its own cores: leave one out.")
    if limit <= 0:
        raise Fault(f"--limit {limit:g}: give the minutes that a cell may take, for example --limit 60.")
    if seeds < 1:
        raise Fault(f"--seeds {seeds}: at least one seed is needed; 8 give the intervals that claims ask for.")
    if json and json != "-" and not Path(json).absolute().parent.is_dir():
        raise Fault(f"--json {json}: there is no folder {Path(json).absolute().parent}. Make it first.")
    # Imported here, so that `gyges --help` does not wait for JAX.
    from gyges.cli.conduct import Wish, conduct

    wish = Wish(
        claims=tuple(claims or ()),
        seeds=seeds,
        budget="quick" if quick else (budget or Budget.DEFAULT).value,
        reward=reward,
        environment=environment,
        workers=workers,
        ray=ray,
        out=out,
        json=json,
        limit=limit * 60.0,
        command=shlex.join(["gyges", *sys.argv[1:]]),
    )
    code = conduct(wish)
    if code is not Exit.DONE:
        raise typer.Exit(int(code))
