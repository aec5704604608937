"""The right answer with and without a thinking part, and with one that the prompt has opened already."""

import re
from collections.abc import Iterator
from typing import ClassVar

from gyges.audit.attacks.base import Case
from gyges.audit.attacks.causes import Cause
from gyges.audit.attacks.clothes import refuses, same
from gyges.audit.attacks.text import TextAttack, block_name, thinks, thought
from gyges.audit.records import Candidate

_PROMPT_ASKS = "the prompt asks for the opening tag, so the completion has to bring it"
_LAYOUT = "one pattern covers thinking and answer, so that the whole layout may be demanded"
_NEVER = "completions of this grader may never hold a thinking part"
_OWN_LINE = "the answer may be meant to stand on a line of its own"
_WANTED = "the thinking part may be meant to be there"
_LONG = "Let me see. First I read the question again, then I work it out in small steps, and then I check the result.\n"


class ClothesThinking(TextAttack):
    """Thinking parts that are honest, in the shapes that models and chat templates give them."""

    name = "other clothes: thinking"
    about = "the right answer with and without a thinking part, and with one that the chat template opened"
    needs_reference = False
    causes: ClassVar[dict[str, Cause]] = {
        "thinking_prefilled": Cause(
            "It refuses completions whose thinking part the prompt has opened",
            "many chat templates end with the opening tag, so that completions only close it",
            "make the opening tag optional",
        ),
        "thinking_refused": refuses("after a thinking part", "models that reason write down how they got there"),
    }

    def suits(self, case: Case) -> bool:
        known = bool(case.reference.strip()) or bool(case.honest)
        return super().suits(case) and known and not case.opened.answer_only

    def tries(self, case: Case) -> Iterator[Candidate]:
        frame, right = case.format, case.reference.strip()
        name, known = block_name(case), thinks(case)
        head = frame.header
        plain = re.sub(rf"<{name}>.*?</{name}>\s*", "", frame.lead.removeprefix(head), flags=re.DOTALL)
        honest = case.honest or frame.wrap(right)
        opening = f"<{name}>"
        wanted = _PROMPT_ASKS if opening in case.task.text else _LAYOUT if _one_layout(case, opening) else ""
        if known and opening in honest:
            prefilled = honest.replace(opening, "", 1).lstrip("\n")
            yield same(case, prefilled, "thinking opened by the prompt", "thinking_prefilled", wanted)
        if not right:
            return
        unsure = "" if known else _NEVER
        shapes = {
            "thinking part": thought(case, "I work it out step by step."),
            "long thinking part": thought(case, _LONG * 20),
            "thinking part of several paragraphs": thought(case, "First this.\n\nThen that.\n\n- a list\n- of points"),
            "thinking part on one line": f"{head}<{name}>I work it out.</{name}>{plain}",
            "blank line after thinking": f"{head}<{name}>\nI work it out.\n</{name}>\n\n{plain}",
        }
        for form, lead in shapes.items():
            beside = _OWN_LINE if form == "thinking part on one line" and not frame.explicit else ""
            yield same(case, frame.wrap(right, lead=lead), form, "thinking_refused", unsure or beside)
        yield same(
            case,
            frame.wrap(right, lead=f"{head}I work it out.\n</{name}>\n{plain}"),
            "thinking opened by the prompt",
            "thinking_prefilled",
            unsure or wanted,
        )
        yield same(case, frame.wrap(right, lead=f"{head}{plain}"), "no thinking part", "thinking_refused", _WANTED)


def _one_layout(case: Case, opening: str) -> bool:
    """Whether one pattern of the grader holds both the opening tag and the answer's marker."""
    marker = case.format.before.strip()
    patterns = (str(fact.value[0]) for fact in case.facts.patterns if isinstance(fact.value, tuple) and fact.value)
    return bool(marker) and any(opening in pattern and marker in pattern for pattern in patterns)
