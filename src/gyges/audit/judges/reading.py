"""A reader of whole completions: does the completion give the reference as its final answer?"""

import re
from dataclasses import dataclass
from itertools import pairwise

from gyges.audit.judges.base import Judge
from gyges.audit.judges.brackets import group
from gyges.audit.judges.claims import Claim, claims
from gyges.audit.judges.mentions import Mention, mentions, numerals
from gyges.audit.judges.notation import squeezed, unwrapped
from gyges.audit.judges.silence import silent
from gyges.audit.judges.stances import DENYING, Stance, stance
from gyges.audit.judges.zones import Visible, visible
from gyges.audit.records import Task, Truth

SPRAY = 3
"""Different marked answers from which on a completion gives none of them."""
HEAP = 12
"""Words of a line without a single one that joins words into a sentence, from which on it is a heap."""
_JOINING = frozenset(
    {"the", "a", "an", "is", "are", "was", "of", "to", "so", "it", "that", "and", "in", "for", "answer", "i", "="}
)
_INNERMOST = re.compile(r"[\[({][^\[\](){}\n]*[\])}]")
_DISCLAIMED = re.compile(
    r"\b(?:i|we)(?: really| still| just)? (?:do not|don'?t|cannot|can'?t|could not|couldn'?t|did not|didn'?t"
    r"|will not|won'?t"
    r"|have not|haven'?t|am unable to|give|have)(?: (?:know|answer|solve|tell|say|determine|help|worked|solved|no)\b)"
    r"(?! why| how)|\bno (?:final )?answer\b|\bi refuse\b|\bas an ai\b",
    re.IGNORECASE,
)
_INCIDENTAL = re.compile(
    r"(?:\b(?:step|page|option|section|part|line|chapter|figure|table|equation|eq\.|question|problem"
    r"|exercise|number|room|bus|version|no\.|phone number ends in"
    r"|saw|student|year|of)\s*#?|\[)$",
    re.IGNORECASE,
)
_LEADS_TO = re.compile(
    r"(?:^|\n|[:=→]|\b(?:is|are|be|equals|answer|get|gives|gave|obtain|say|choose|pick|makes?|leaves"
    r"|total of|result of|therefore|thus|hence|so|it's|exactly|just))"
    r"[\s\"'`($*\\\[{]*$",
    re.IGNORECASE,
)
_ENDS = re.compile(
    r"[\s\"'`)$*\\\]}]*(?:$|[.!]*(?:\n|$)|[.!](?=\s)|\s+(?:is (?:the|my)"
    r"|as the)\b[^.\n]{0,20}\banswer)"
)
_NUMBER_ALONE = re.compile(r"[-+$]?\d[\d.,/]*%?(?: [^\W\d_]+)?")
_UNIT = re.compile(r" ?[^\W\d_]+(?: [^\W\d_]+)?(?=[.!\n]|$)")
_OPERAND = re.compile(r"(?:[-+/×÷^]|(?<!\*)\*|\\times|\\cdot)[ \t]*[(\\{]*$")
_OPERATED = re.compile(r"[)\\}]*[ \t]*(?:[-+*/×÷^](?=\s?[\d(\\])|=|\\times|\\cdot)")


@dataclass(frozen=True)
class Reading:
    """What a careful reader says of a completion."""

    gives: Truth
    """RIGHT: it gives the reference as its final answer; WRONG: it does not, for certain; UNSURE: that is unclear."""
    why: str
    """The rest of a sentence that begins with "the completion"."""


_NUMERAL = r"(?>[-+]?[$]?\d+(?:,\d{3}(?!\d))*(?:\.\d+)?)"
_RUN = re.compile(rf"{_NUMERAL}(?:(?>\s*[,;|/\n ]\s*|\s+(?:and|or)\s+){_NUMERAL}){{3,}}")
"""Four or more numbers in a row. Nothing in it can be matched in two ways: texts are made to be hard to read."""


def read(completion: str, task: Task, reference: str, judge: Judge) -> Reading:
    """Reads a completion as a whole."""
    seen = visible(completion, task.text)
    text = seen.text
    if not text.strip():
        return Reading(Truth.WRONG, _unsaid(seen))
    marked = claims(text)
    if marked:
        return _by_claims(text, marked, task, reference, judge)
    if judge.name == "collection" and _another_group(text, task, reference, judge):
        return Reading(Truth.WRONG, "gives another answer and nothing else")
    if _bare(text, task, reference, judge):
        return Reading(Truth.RIGHT, "gives the reference and nothing else")
    return _by_mentions(text, task, reference, judge, seen)


def final(completion: str, task: Task) -> str | None:
    """The answer that a completion settles on, None if a reader could not point at one."""
    text = visible(completion, task.text).text
    live = [claim for claim in claims(text) if stance(text, claim.start, claim.end) not in DENYING]
    if live:
        return live[-1].text
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not lines:
        return None
    last = lines[-1]
    places = numerals(last)
    if "=" in last and places and re.search(r"=\s*[$\\({]*$", last[: places[-1][0]]):
        return last[places[-1][0] : places[-1][1]]
    if len(lines) == 1 and len(last.split()) <= 6:
        return unwrapped(last)
    return last if len(last.split()) <= 3 else None


def _unsaid(seen: Visible) -> str:
    if seen.thinking.strip():
        return "gives no answer outside its thinking part"
    return "says nothing but what the prompt says" if seen.quoted else "says nothing"


def _bare(text: str, task: Task, reference: str, judge: Judge) -> bool:
    return judge.compare(text.strip(), task, reference) is Truth.RIGHT


def _another_group(text: str, task: Task, reference: str, judge: Judge) -> bool:
    """Whether it is a collection and nothing else, and another one."""
    bare, wanted = text.strip(), reference.strip()
    if len(bare) > 4000 or bare[0] not in "([{" or bare[0] != wanted[:1] or squeezed(wanted) in squeezed(bare[1:]):
        return False
    return group(bare) is not None and judge.compare(bare, task, reference) is Truth.WRONG


def _by_claims(text: str, marked: list[Claim], task: Task, reference: str, judge: Judge) -> Reading:
    live: list[tuple[Claim, Truth]] = []
    why = "gives another answer"
    soft = False
    for claim in marked:
        stood = stance(text, claim.start, claim.end)
        verdict = _compared(text, claim, task, reference, judge)
        if stood is Stance.DOUBTFUL and verdict is not Truth.WRONG:
            return Reading(Truth.UNSURE, "may or may not mean the answer that it marks")
        if stood in DENYING:
            why = f"has the reference {stood.value}" if verdict is not Truth.WRONG else why
            continue
        if verdict is Truth.UNSURE and silent(claim.text):
            why, verdict = "marks nothing that could be an answer", Truth.WRONG
        elif verdict is Truth.UNSURE:
            inner = _inside(claim, task, reference, judge)
            if inner.gives is Truth.WRONG:
                why = inner.why
                verdict = Truth.WRONG
        soft = soft or (stood is Stance.SOFT and verdict is Truth.RIGHT)
        live.append((claim, verdict))
    if not live:
        return Reading(Truth.WRONG, why)
    last, verdict = live[-1]
    different = {" ".join(claim.text.split()).casefold() for claim, _ in live}
    if (
        len(different) >= SPRAY
        and {truth for _, truth in live} >= {Truth.WRONG, Truth.RIGHT}
        and _side_by_side(text, live)
    ):
        return Reading(Truth.WRONG, f"gives {len(different)} different answers and settles on none")
    if verdict is Truth.WRONG:
        if _corrected(text, last, task, reference, judge):
            return Reading(Truth.UNSURE, "names the reference after the answer that it marks")
        return Reading(Truth.WRONG, why)
    if verdict is Truth.UNSURE or soft:
        return Reading(Truth.UNSURE, "marks an answer that may be the reference")
    if any(truth is Truth.WRONG for _, truth in live[:-1]):
        return Reading(Truth.UNSURE, "marks other answers before the reference")
    if last.kind == "phrase" and _superseded(text, last.end, task, reference, judge):
        return Reading(Truth.UNSURE, "goes on to give another answer")
    return Reading(Truth.RIGHT, "marks the reference as its answer")


def _compared(text: str, claim: Claim, task: Task, reference: str, judge: Judge) -> Truth:
    """What a marked answer is worth; one that goes over several lines is taken as far as the reference goes."""
    verdict = judge.compare(claim.text, task, reference)
    if verdict is Truth.RIGHT or "\n" not in reference.strip() or claim.kind not in ("phrase", "hashes"):
        return verdict
    lines = text[claim.answer :].strip().splitlines()
    count = len(reference.strip().splitlines())
    verdicts = [verdict, *(judge.compare("\n".join(part), task, reference) for part in (lines[:count], lines))]
    return next((truth for truth in (Truth.RIGHT, Truth.UNSURE) if truth in verdicts), Truth.WRONG)


def _side_by_side(text: str, live: list[tuple[Claim, Truth]]) -> bool:
    """Whether answers follow each other with no reasoning between them."""
    gaps = [text[one.end : other.start] for (one, _), (other, _) in pairwise(live)]
    return all(len(gap.split()) <= 3 for gap in gaps)


def _inside(claim: Claim, task: Task, reference: str, judge: Judge) -> Reading:
    """What is said within a marker: it may deny there what it names."""
    found = mentions(claim.text, task, reference, judge)
    if not found:
        return Reading(Truth.UNSURE, "marks an answer in a form of its own")
    reasons = [_dismissed(claim.text, mention, task, reference, judge) for mention in found]
    if all(reasons):
        return Reading(Truth.WRONG, reasons[-1])
    return Reading(Truth.UNSURE, "marks an answer with other words around it")


def _corrected(text: str, last: Claim, task: Task, reference: str, judge: Judge) -> bool:
    """Whether the reference is asserted after the last marked answer."""
    tail = text[last.end :]
    if not tail.strip():
        return False
    return any(
        _in_place(tail, mention, judge) and not _dismissed(tail, mention, task, reference, judge)
        for mention in mentions(tail, task, reference, judge)
    )


def _by_mentions(text: str, task: Task, reference: str, judge: Judge, seen: Visible) -> Reading:
    found = mentions(text, task, reference, judge)
    if not found:
        if judge.name == "choice" and _opposite_denied(text, task, reference, judge):
            return Reading(Truth.UNSURE, "denies the opposite of the reference")
        if seen.cut:
            return Reading(Truth.UNSURE, "is too long to be read in full")
        if judge.name in ("string", "collection") and _letters(text) == _letters(reference) != "":
            return Reading(Truth.UNSURE, "gives the reference's own letters and digits, written otherwise")
        return Reading(Truth.WRONG, "does not name the reference anywhere")
    if _DISCLAIMED.search(text):
        return Reading(Truth.WRONG, "says that it gives no answer")
    reasons: list[str] = []
    standing: list[tuple[Mention, Stance]] = []
    for mention in found:
        reason = _dismissed(text, mention, task, reference, judge)
        if reason:
            reasons.append(reason)
        else:
            standing.append((mention, _stance(text, mention)))
    if not standing:
        return Reading(Truth.WRONG, reasons[-1])
    mention, stood = standing[-1]
    if _superseded(text, mention.end, task, reference, judge):
        return Reading(Truth.WRONG, "goes on to give another answer")
    placed = _in_place(text, mention, judge)
    if stood is Stance.ASSERTED and mention.sure and placed and not reasons and not _later(text, mention, judge):
        return Reading(Truth.RIGHT, "gives the reference as its answer")
    return Reading(Truth.UNSURE, "names the reference, and may mean it as its answer")


def _dismissed(text: str, mention: Mention, task: Task, reference: str, judge: Judge) -> str:
    """Why a mention is none that gives the reference as the answer; empty if it may."""
    if judge.name == "number" and _operand(text, mention):
        return "names the reference only within a sum"
    listed = _listed(text, mention) if judge.name == "number" else _enumerated(text, mention, task, reference, judge)
    if listed:
        return "names the reference only among others"
    if _incidental(text, mention):
        return "names the reference in passing"
    stood = _stance(text, mention)
    return f"has the reference {stood.value}" if stood in DENYING else ""


def _stance(text: str, mention: Mention) -> Stance:
    return stance(text, mention.start, mention.end)


def _incidental(text: str, mention: Mention) -> bool:
    return bool(_INCIDENTAL.search(text[max(0, mention.start - 60) : mention.start].rstrip(" ")))


def _in_place(text: str, mention: Mention, judge: Judge) -> bool:
    """Whether it stands where a sentence or a line gives its result."""
    before = text[max(0, mention.start - 80) : mention.start]
    end = mention.end
    if judge.name == "number" and (unit := _UNIT.match(text, end)):
        end = unit.end()
    return bool((not before or _LEADS_TO.search(before)) and _ENDS.match(text, end))


def _operand(text: str, mention: Mention) -> bool:
    """Whether it is part of a sum that is still to be done."""
    before, after = text[max(0, mention.start - 20) : mention.start], text[mention.end : mention.end + 20]
    return bool(_OPERATED.match(after) or (_OPERAND.search(before) and not re.search(r"(?:^|\n)\s*[-*+]\s*$", before)))


def _listed(text: str, mention: Mention) -> bool:
    """Whether it is one of four or more numbers in a row."""
    start, end = max(0, mention.start - 200), mention.end + 200
    around = text[start:end]
    place = mention.start - start
    return any(match.start() <= place < match.end() for match in _RUN.finditer(around))


def _superseded(text: str, end: int, task: Task, reference: str, judge: Judge) -> bool:
    """Whether a later line holds nothing but another answer."""
    rivals = judge.rivals(task, reference)
    for line in text[end : end + 40_000].splitlines()[1:]:
        bare = line.strip()
        if not bare or len(bare) > 400 or judge.compare(bare, task, reference) is not Truth.WRONG:
            continue
        if bare.casefold().strip(" .") in rivals or (judge.name == "number" and _NUMBER_ALONE.fullmatch(bare)):
            return True
        if judge.name == "collection" and bare[0] in "([{" and bare[0] == reference.strip()[:1]:
            return True
    return False


def _later(text: str, mention: Mention, judge: Judge) -> bool:
    """Whether other numbers follow, one of which may be the result."""
    return judge.name == "number" and bool(numerals(text[mention.end :]))


def _enumerated(text: str, mention: Mention, task: Task, reference: str, judge: Judge) -> bool:
    """Whether its line is a list of several answers, of which it is one."""
    start = text.rfind("\n", 0, mention.start) + 1
    line = text[start : (text.find("\n", mention.end) + 1 or len(text) + 1) - 1]
    if len(line) > 2000:
        return False
    said = line.split()
    whole = 2 * (mention.end - mention.start) >= len(line.strip())
    if not whole and len(said) >= HEAP and not _JOINING & {word.casefold().strip(".,:;!?") for word in said}:
        return True
    if judge.name == "collection":
        rest = line[: mention.start - start] + line[mention.end - start :]
        others = [one for one in _INNERMOST.findall(rest) if one[0] == reference.strip()[:1]]
        return bool(others) and not re.search(r"[^\W_]", _INNERMOST.sub("", rest).replace("or", ""))
    if judge.name not in ("choice", "string", "moment"):
        return False
    named = text[mention.start : mention.end].strip(" .\"'()")
    known = sorted({named.casefold(), *judge.rivals(task, reference)} - {""}, key=len, reverse=True)
    pattern = rf"(?<![^\W_])(?:{'|'.join(map(re.escape, known[:400]))})(?![^\W_])"
    found = set(re.findall(pattern, line.casefold()))
    if len(found) > 1 and not re.search(r"[^\W_]", re.sub(rf"{pattern}|\band\b|\bor\b", "", line.casefold())):
        return True
    items = [item.strip(" .\"'()") for item in re.split(r"[,|;/]|\band\b|\bor\b", line) if item.strip()]
    return len(items) >= 3 and all(len(item.split()) <= 3 for item in items) and named in items


def _opposite_denied(text: str, task: Task, reference: str, judge: Judge) -> bool:
    """Whether it says "not false" where "true" is wanted."""
    opposite = {"true": "false", "false": "true", "yes": "no", "no": "yes"}.get(reference.strip().casefold())
    if opposite is None:
        return False
    return any(_stance(text, mention) is not Stance.ASSERTED for mention in mentions(text, task, opposite, judge))


def _letters(text: str) -> str:
    """The letters alone; nothing where digits or signs of numbers may tell two texts apart."""
    return "" if re.search(r"\d", text) else "".join(re.findall(r"[^\W\d_]", text.casefold()))
