"""Frames that graders are known to want, and frames read off the grader's source and off the prompts."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from gyges.audit.reading.formats import BARE, Format
from gyges.audit.source.facts import Facts

REASONING = "I work through it step by step and check the result.\n"
THOUGHT = "I work through it step by step and check the result."

COMMON = (
    BARE,
    Format("sentence", before="", after="", lead="The answer is "),
    Format("sentence.", before="", after=".", lead="The answer is "),
    Format("answer:", before="Answer: "),
    Format("ANSWER:", before="ANSWER: "),
    Format("final answer:", before="Final Answer: "),
    Format("####", before="#### "),
    Format("boxed", before="\\boxed{", after="}"),
    Format("$boxed$", before="$\\boxed{", after="}$", lead="The final answer is "),
    Format("dollars", before="$", after="$"),
    Format("bold", before="**", after="**"),
    Format("tag answer", before="<answer>", after="</answer>"),
    Format("tag answer, lines", before="<answer>\n", after="\n</answer>"),
    Format("json", before='{"answer": "', after='"}'),
    Format("json value", before='{"answer": ', after="}"),
    Format("fence", before="```\n", after="\n```"),
)
LEADS = (
    ("", ""),
    ("reasoned ", REASONING),
    ("think+", f"<think>{THOUGHT}</think>\n"),
    ("think, lines+", f"<think>\n{THOUGHT}\n</think>\n"),
    ("reasoning+", f"<reasoning>\n{THOUGHT}\n</reasoning>\n"),
)
_TAG = re.compile(r"<([A-Za-z][\w-]{0,30})>")
_LABEL = re.compile(r"((?:final |the )?(?:answer|result|solution|output|verdict)(?: is)?\s*:)", re.IGNORECASE)
_OPENING_TAGS = frozenset({"think", "thinking", "reasoning", "thought", "scratchpad", "analysis", "reason"})
_HEADER = re.compile(r"[A-Za-z]{2,20}:\s*|<[|｜].{1,40}[|｜]>\s*\w{0,20}\s*|\[/?[A-Z]{2,20}\]\s*")
"""Where the policy's turn begins in a text that holds the prompt as well: `Assistant:`, `<|im_start|>assistant`."""
_PROGRAM = (
    BARE,
    Format("python fence", before="```python\n", after="\n```"),
    Format("fence", before="```\n", after="\n```"),
)


def formats(facts: Facts, prompts: Iterable[str], program: bool = False) -> list[Format]:
    """Frames to try, the plainest first; a frame that is longer only for show comes later."""
    if program:
        return _distinct(
            Format(f"{name}{frame.name}", frame.before, frame.after, lead)
            for name, lead in (*LEADS[:2], *LEADS[2:])
            for frame in (*_PROGRAM, Format("tag answer", "<answer>", "</answer>"))
        )
    found = list(read_off(facts, prompts))
    leads = [*LEADS, *_leads(facts)]
    frames = [*COMMON[:1], *found, *COMMON[1:]]
    return _distinct(
        Format(f"{name}{frame.name}", frame.before, frame.after, f"{lead}{frame.lead}", frame.tail)
        for name, lead in leads
        for frame in frames
    )


def within_transcript(facts: Facts, frames: Iterable[Format]) -> list[Format]:
    """Frames for graders that are handed the prompt too: after the header of the turn, or after an example's marker."""
    frames = list(frames)
    headers = dict.fromkeys(
        str(fact.value[0])
        for fact in facts.splits
        if isinstance(fact.value, tuple) and _HEADER.fullmatch(str(fact.value[0]))
    )
    headed = [
        replace(frame, name=f"{header.strip()}+{frame.name}", lead=f"{header} {frame.lead}", header=f"{header} ")
        for header in headers
        for frame in frames
    ]
    again = [
        replace(frame, name=f"example+{frame.name}", lead=f"{frame.core('example')}\n{frame.lead}")
        for frame in frames
        if frame.explicit
    ]
    return [*headed, *again]


def read_off(facts: Facts, prompts: Iterable[str]) -> Iterator[Format]:
    """Frames that the source's strings and patterns, or the prompts, name."""
    parts = [fact.value[0] for fact in facts.splits if isinstance(fact.value, tuple) and fact.value]
    literals = [text for text in (*(fact.value for fact in facts.strings), *parts) if isinstance(text, str)]
    patterns = [fact.value[0] for fact in facts.patterns if isinstance(fact.value, tuple) and fact.value]
    prompts = list(prompts)[:5]
    for text in (*literals, *map(str, patterns), *prompts):
        for tag in _TAG.findall(text):
            if tag.lower() not in _OPENING_TAGS:
                yield Format(f"tag {tag}", f"<{tag}>", f"</{tag}>")
                yield Format(f"tag {tag}, lines", f"<{tag}>\n", f"\n</{tag}>")
    for pattern in patterns:
        yield from _around_group(str(pattern))
    for text in prompts:
        for label in _LABEL.findall(text):
            yield Format(f"label {label}", before=f"{label} ")
    for literal in literals:
        if 1 < len(literal) <= 40 and re.search(r"[:#>=({\[|*]\s*$", literal) and not _TAG.fullmatch(literal.strip()):
            yield Format(f"after {literal.strip()}", before=literal if literal[-1].isspace() else f"{literal} ")
        elif _LABEL.fullmatch(f"{literal.strip()}:") and len(literal) <= 40:
            yield Format(f"label {literal.strip()}", before=f"{literal.strip()}: ")


def _around_group(pattern: str) -> Iterator[Format]:
    """The literal text around the first group of a regular expression: what an answer has to stand between."""
    start = re.search(r"(?<!\\)\((?!\?)|\(\?P<", pattern)
    if start is None:
        return
    depth, end = 0, len(pattern)
    for place in range(start.start(), len(pattern)):
        if pattern[place] == "(" and pattern[place - 1 : place] != "\\":
            depth += 1
        elif pattern[place] == ")" and pattern[place - 1 : place] != "\\":
            depth -= 1
            if depth == 0:
                end = place
                break
    before, after = _literal(pattern[: start.start()]), _literal(pattern[end + 1 :])
    if before.strip() or after.strip():
        yield Format(f"pattern {before.strip()}…{after.strip()}", before, after)


def _literal(pattern: str) -> str:
    """A string that a simple regular expression matches; the empty string where it is not simple."""
    text = re.sub(r"\(\?[:=!<][^()]*\)[?*]?|\(\?[a-zA-Z]+\)", "", pattern)
    text = re.sub(r"\[[^\]]*\][*?]", "", text)
    text = re.sub(r"\\s[*?]\??", "", text)
    text = re.sub(r"\\s\+?\??", " ", text)
    text = re.sub(r"(?<!\\)\.[*+]\??", "", text)
    text = re.sub(r"(?<!\\)(?:[\^$]|\\[bABZ])", "", text)
    text = re.sub(r"(?:\\?.)\?", "", text)
    text = re.sub(r"\\n", "\n", text)
    if re.search(r"\\[a-zA-Z](?![a-z])|(?<!\\)[\[\]|]", text):
        return ""
    text = re.sub(r"\\(\W)", r"\1", text)
    return text.strip(" ") + (" " * text.endswith(" "))


def _leads(facts: Facts) -> Iterator[tuple[str, str]]:
    """Thinking parts in tags of the grader's own naming."""
    named = {
        tag
        for fact in (*facts.strings, *facts.patterns)
        for tag in _TAG.findall(str(fact.value))
        if tag.lower() in _OPENING_TAGS and tag not in ("think", "reasoning")
    }
    for tag in sorted(named):
        yield f"{tag}+", f"<{tag}>\n{THOUGHT}\n</{tag}>\n"


def _distinct(frames: Iterable[Format]) -> list[Format]:
    seen: dict[tuple[str, str, str, str], Format] = {}
    for frame in frames:
        seen.setdefault((frame.lead, frame.before, frame.after, frame.tail), frame)
    return list(seen.values())
