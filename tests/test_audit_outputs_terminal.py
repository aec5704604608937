"""The summary of an audit and what is seen while it runs."""

import io
import re
import unicodedata

import pytest
from audit_samples import FINDINGS, HOSTILE, clean_report, hostile_report, sample_report
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from gyges.audit.output.progress import Bar, Lines, watch
from gyges.audit.output.terminal import summarise
from gyges.audit.output.visible import lines, prose, shown, visible
from gyges.audit.output.wording import verdict
from gyges.audit.report import Report


def summary(report: Report, width: int = 100, terminal: bool = False) -> str:
    console = Console(file=io.StringIO(), width=width, force_terminal=terminal, color_system=None, legacy_windows=False)
    summarise(report, console)
    text: str = console.file.getvalue()  # type: ignore[attr-defined]
    return text


def test_the_verdict_comes_first() -> None:
    text = summary(sample_report())
    assert text.startswith("1 hole, 1 false refusal and 1 crash found; 1 contested\n")
    assert "plain, 20 tasks, 2,345 calls in 6.1 s" in text.splitlines()[1]


def test_nothing_found_says_what_that_is_worth() -> None:
    assert summary(clean_report()).startswith(
        "Nothing found in 400 candidates on 20 tasks; what was not tried is listed"
    )
    assert "No policy was given (--policy)" in summary(clean_report())


def test_one_of_a_kind_is_not_called_several() -> None:
    assert verdict(sample_report(findings=FINDINGS[:1])) in ("1 hole found", "1 crash found")
    assert verdict(sample_report(findings=(*FINDINGS[:1], *FINDINGS[:1]))).startswith("2 ")


@pytest.mark.parametrize(
    "said",
    [
        "The answer is not \\boxed{6}.",
        "scores 1 where the reference gets 1; on 20 of 20 tasks; my_rewards.py:7",
        "mend: read the sentence",
        "box: \\boxed{ANSWER} (paid on 100% of the tasks)",
        "the last of several answers",
        "trailing full stop      9/20",
        "26% to 66%",
        "never refused, on up to 12 tasks each: thousands separator",
        "the same call, the same score",
        "0 to 1 (no range declared)",
        "median 40 µs, 95 % 200 µs, longest 3 ms",
        "an answer that is denied",
        "0/40 in steps 0 to 99, 15/40 in steps 500 to 599",
        "The network is closed.",
        "Contested (arguable",
    ],
)
def test_the_summary_says_it(said: str) -> None:
    assert said in re.sub(r"\n +", " ", summary(sample_report(), 160)).replace("\n", " ")


def test_no_format_is_told_as_that_and_not_as_refusals() -> None:
    text = " ".join(summary(sample_report(format=None, findings=())).split())
    assert "not found: none of 12 formats had its reference paid" in text


@pytest.mark.parametrize("width", [40, 80, 200])
@pytest.mark.parametrize("terminal", [True, False])
def test_hostile_text_does_nothing_to_a_terminal(width: int, terminal: bool) -> None:
    text = summary(hostile_report(), width, terminal)
    styling = re.sub(r"\x1b\[[0-9;]*m", "", text)  # what rich writes for bold and dim
    for sign in styling:
        assert sign == "\n" or unicodedata.category(sign) not in ("Cc", "Cf", "Cs"), repr(sign)
    assert "[bold red]x[/]" in "".join(line.strip() for line in styling.splitlines()) or width == 40


@given(st.text(st.characters(exclude_categories=())))
def test_shown_text_is_one_line_of_harmless_signs(text: str) -> None:
    for form in (visible(text), shown(text), prose(text), visible(text, 10), *lines(text)):
        assert all(unicodedata.category(sign) not in ("Cc", "Cf", "Cs", "Zl", "Zp") for sign in form)
        form.encode()


def test_blanks_are_seen() -> None:
    assert visible(" a  b\t\n") == "·a··b⇥⏎"
    assert visible("a b c") == "a b c"
    assert visible("\u200b\u00a0\u202e\x1b") == "\\u200b\\xa0\\u202e\\x1b"
    assert shown("") == "(the empty completion)"
    assert visible("x" * 500, 30) == "x" * 20 + " … 470 more characters … " + "x" * 10
    assert lines("a\nb") == ["a⏎", "b"]
    assert visible("e" + "\u0301" * 40).count("\\u0301") == 36


def test_progress_off_a_terminal_is_a_line_for_each_phase_and_each_finding_once() -> None:
    file = io.StringIO()
    watcher = watch(Console(file=file, width=60))
    assert type(watcher) is Lines
    with watcher.shown():
        watcher.phase("trying attacks", 1200)
        for _ in range(3):
            watcher.advance(400)
            watcher.found(FINDINGS[0])
        watcher.note(HOSTILE)
    told = file.getvalue().splitlines()
    assert told[0] == "trying attacks (1,200) …"
    assert FINDINGS[0].title in told[1]
    assert len(told) == 3
    assert "\x1b" not in file.getvalue()


def test_progress_on_a_terminal_is_a_bar_and_findings_above_it() -> None:
    file = io.StringIO()
    watcher = watch(Console(file=file, force_terminal=True, width=100, color_system=None))
    assert type(watcher) is Bar
    with watcher.shown():
        watcher.phase("trying [bold]attacks", 10)
        watcher.advance(10)
        watcher.found(FINDINGS[0])
    assert "trying [bold]attacks" in file.getvalue()
    assert FINDINGS[0].title in file.getvalue()
