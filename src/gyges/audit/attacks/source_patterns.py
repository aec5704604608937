"""Regular expressions in the source: texts that match in ways that were not meant."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import ClassVar

from gyges.audit.attacks.aimed import AimedAttack, parts_of, silent, stated
from gyges.audit.attacks.base import Case
from gyges.audit.attacks.causes import Cause
from gyges.audit.attacks.numerals import numeral
from gyges.audit.attacks.text import wrong_answer
from gyges.audit.records import Candidate, Relation
from gyges.audit.source.facts import Fact
from gyges.audit.source.samples import Sample, samples
from gyges.audit.source.scope import HOLE


class SourcePatterns(AimedAttack):
    name: ClassVar[str] = "source: patterns"
    about: ClassVar[str] = "texts that the regular expressions of the source match in unintended ways"
    causes: ClassVar[dict[str, Cause]] = {
        "pattern_takes_part_of_number": Cause(
            "Its pattern takes a part of a number for the number",
            "signs, decimals, exponents and separators that the pattern does not know are cut off the answer",
            "let the pattern match whole numbers, with sign, decimals, separators and exponent",
        ),
        "pattern_takes_part_of_text": Cause(
            "Its pattern takes a part of the answer for the answer",
            "what stands before or after the match makes it another answer",
            "anchor the pattern on both sides, as with fullmatch",
        ),
        "pattern_pays": Cause(
            "It pays for text that one of its patterns matches",
            "the matching text earns the reward, whatever the answer is",
            "let a pattern find the answer, and the answer alone earn the reward",
        ),
        "reference_as_pattern": Cause(
            "It uses the reference as a regular expression",
            "signs such as the point match anything, and parentheses and stars change what is looked for",
            "compare texts, or quote the reference with re.escape",
        ),
    }
    reads: ClassVar[tuple[str, ...]] = ("patterns",)

    def aim(self, case: Case, fact: Fact) -> Iterator[Candidate]:
        pattern, flags, _ = parts_of(fact, 3)
        if not isinstance(pattern, str) or not isinstance(flags, int):
            return
        known = pattern != HOLE
        reference = case.reference.strip()
        found = samples(pattern.replace(HOLE, re.escape(reference)), flags) if known else ()
        if HOLE in pattern:
            yield from _as_pattern(case, reference)
        yield from _cores(case)
        for sample in found:
            # Markers of the grader's other patterns, as good as the one that was learnt.
            if sample.holds and _is_marker(sample):
                yield from _cores(replace(case, format=replace(case.format, before=sample.before, after=sample.after)))
        for sample in found:
            yield from _beside(case, sample)


def _is_marker(sample: Sample) -> bool:
    return any(letter.isalpha() or letter in "#<\\:=*" for letter in sample.before)


def _cores(case: Case) -> Iterator[Candidate]:
    """The right answer as a part of another one."""
    reference = case.reference.strip()
    number = numeral(reference)
    if number is None:
        for core in (f"{reference}ish", f"anti-{reference}", f"{reference} minus one", f"{reference[:1]}-{reference}"):
            yield from stated(case, core, "pattern_takes_part_of_text")
        return
    bare = reference.lstrip("+-")
    cores = [f"-{bare}" if number.value > 0 else bare, f"{reference}.7" if "." not in bare else f"{reference}7"]
    cores += [
        f"{reference},375",
        f"{reference}e3",
        f"{reference}/7",
        f"7/{bare}",
        f"{reference}^2",
        f"{reference}*10^6",
    ]
    cores += [f"7.{bare}", f"7,{bare}", f"0.{bare}", f"{reference}%", f"{reference} million", f"{bare}i", f"x^{bare}"]
    cores += [f"sqrt({bare})", f"10^{bare}", f"1e{bare}", f"{reference}:30", f"7 {bare}", f"{bare} 7"]
    for core in cores:
        yield from stated(case, core, "pattern_takes_part_of_number")


def _as_pattern(case: Case, reference: str) -> Iterator[Candidate]:
    """Answers that match the reference once that is read as a pattern, or stands in a longer text."""
    for at, letter in enumerate(reference):
        if letter == ".":
            yield from stated(case, f"{reference[:at]}7{reference[at + 1 :]}", "reference_as_pattern")
        elif letter in "*?+" and at:
            yield from stated(case, f"{reference[: at - 1]}{reference[at + 1 :]}", "reference_as_pattern")
        elif letter == "|":
            yield from stated(case, reference[:at], "reference_as_pattern")
            yield from stated(case, reference[at + 1 :], "reference_as_pattern")
    for core in (f"7{reference}", f"{reference}7", f"{reference}-7", f"7.{reference}", f"-{reference}"):
        yield from stated(case, core, "pattern_takes_part_of_text")


def _beside(case: Case, sample: Sample) -> Iterator[Candidate]:
    """A wrong answer in the paid format, with a text beside it that the pattern is looking for."""
    wrong = wrong_answer(case)
    text = sample.text(wrong).strip()
    frame = case.format
    if len(text) < 2 or case.reference.strip() in text or text in frame.wrap(wrong):
        return
    if sample.holds:
        # A marker with the wrong answer in it: nothing but the form could be paid.
        yield Candidate(sample.text(wrong), Relation.DIFFERENT, "pattern_pays", states=wrong)
        return
    yield Candidate(f"{text}\n{frame.wrap(wrong)}", Relation.DIFFERENT, "pattern_pays", states=wrong)
    yield Candidate(f"{frame.wrap(wrong)}\n{text}", Relation.DIFFERENT, "pattern_pays", states=wrong)
    yield silent(text, "pattern_pays")
