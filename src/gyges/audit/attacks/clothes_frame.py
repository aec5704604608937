"""The right answer in the right marker, with other things around it."""

import re
from collections.abc import Callable, Iterator
from typing import ClassVar

from gyges.audit.attacks.base import Case
from gyges.audit.attacks.causes import Cause
from gyges.audit.attacks.clothes import refuses, same
from gyges.audit.attacks.text import TextAttack
from gyges.audit.records import Candidate

_STRICT = "the whole completion may be meant to follow one pattern"
_AT_END = "the answer may be meant to stand at the end"
_BARE = "a bare answer may be asked for"
_LENIENT = re.compile(r"strip|split|float|int|lower|Fraction|search|findall|parse")
_ANCHORED = re.compile(r"\^|\$$|\\A|\\Z")


class ClothesFrame(TextAttack):
    """Whitespace, sentences before and after, line ends, tags in another case, the answer given twice."""

    name = "other clothes: the frame"
    about = "the right answer with whitespace, sentences, other line ends, tags in another case, or given twice"
    causes: ClassVar[dict[str, Cause]] = {
        "whitespace": refuses(
            "with whitespace around it", "models add spaces and line breaks, and mean nothing by them"
        ),
        "line_ends": refuses("with Windows line ends", "the two kinds of line ends mean the same"),
        "text_around": refuses("in a sentence", "models explain before and after they answer"),
        "tag_case": refuses("in tags of another case", "readers do not tell <Answer> from <answer>"),
        "given_twice": refuses("given twice", "a completion that repeats its answer has not changed it"),
    }

    def tries(self, case: Case) -> Iterator[Candidate]:
        frame, right = case.format, case.reference.strip()
        core, strict = frame.core(right), _strict(case)
        around = strict or (_AT_END if frame.marked else _BARE)
        before = strict or ("" if frame.marked and not _at_start(case) else _BARE)

        def made(text: str, form: str, cause: str, arguable: str) -> Candidate:
            return same(case, text, form, cause, arguable)

        honest = frame.wrap(right)
        yield made(f"{honest}\n", "newline after", "whitespace", strict)
        yield made(f"\n{honest}", "newline before", "whitespace", strict)
        yield made(f"{honest} \n\n", "blank line after", "whitespace", strict)
        yield made(f" {honest}", "space before", "whitespace", strict)
        if frame.explicit:
            yield made(frame.wrap(f" {right} "), "spaces within the marker", "whitespace", strict)
            yield made(frame.wrap(f"\n{right}\n"), "newlines within the marker", "whitespace", strict)
            yield made(frame.wrap(f"\t{right}"), "tab within the marker", "whitespace", strict)
        elif frame.marked:
            yield made(frame.wrap(f" {right}"), "two spaces after the marker", "whitespace", strict)
            tight = f"{frame.lead}{frame.before.rstrip()}{right}{frame.after}{frame.tail}"
            yield made(tight, "no space after the marker", "whitespace", _STRICT)
        if case.opened.answer_only:
            return
        yield made(f"{frame.lead}I have checked it.\n{core}{frame.tail}", "sentence before", "text_around", before)
        yield made(f"{frame.lead}So we get {core}{frame.tail}", "within a sentence", "text_around", around)
        yield made(f"{honest}\nThat is all.", "sentence after", "text_around", around)
        yield made(f"{frame.lead}So it is {core}.{frame.tail}", "in a sentence that ends", "text_around", around)
        if "\n" in honest:
            yield made(honest.replace("\n", "\r\n"), "Windows line ends", "line_ends", strict)
        yield made(f"{honest}\r\n", "Windows line end after", "line_ends", strict)
        if re.search(r"</?[A-Za-z]", honest):
            yield made(_tags(honest, str.upper), "upper-case tags", "tag_case", _STRICT)
            yield made(_tags(honest, str.capitalize), "capitalised tags", "tag_case", _STRICT)
        yield made(f"{frame.lead}{core}\n{core}{frame.tail}", "given twice", "given_twice", _STRICT)


def _strict(case: Case) -> str:
    """Why the grader may mean the whole text to be as it is; empty if its source shows no such wish."""
    if not case.facts:
        return ""
    patterns = [str(fact.value[0]) for fact in case.facts.patterns if isinstance(fact.value, tuple) and fact.value]
    full = any("fullmatch" in str(fact.value) for fact in case.facts.patterns)
    if full or any(_ANCHORED.search(pattern) for pattern in patterns):
        return _STRICT
    called = (str(fact.value) for fact in case.facts.coercions)
    lenient = any(_LENIENT.search(name) for name in (*called, *case.facts.calls)) or bool(patterns or case.facts.splits)
    return "" if lenient else _BARE


def _at_start(case: Case) -> bool:
    """Whether the source tests how a completion begins."""
    return any(isinstance(fact.value, tuple) and fact.value[0] == "startswith" for fact in case.facts.memberships)


def _tags(text: str, change: Callable[[str], str]) -> str:
    return re.sub(r"(</?)([A-Za-z][\w-]*)(>)", lambda found: f"{found[1]}{change(found[2])}{found[3]}", text)
