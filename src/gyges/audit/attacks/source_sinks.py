"""Evaluation in the source: does a completion's text run as code?"""

from collections.abc import Iterator
from typing import ClassVar

from gyges.audit.attacks.aimed import AimedAttack, silent
from gyges.audit.attacks.base import Case
from gyges.audit.attacks.causes import Cause
from gyges.audit.records import Candidate
from gyges.audit.source.facts import Fact

MARK = "GYGES_AUDIT_MARK"
"""The environment variable that payloads set: harmless, and seen by the box."""
_EVALUATE = {"eval", "exec", "compile", "sympify", "parse_expr", "asteval", "evaluate", "S", "popen"}
_SHELL = {"system", "run", "call", "check_output", "check_call", "Popen", "getoutput", "getstatusoutput"}
_ALWAYS = "type('Same', (object,), {'__eq__': lambda *a: True, '__ne__': lambda *a: False, '__hash__': lambda s: 0})()"
_NEAR = (
    "type('Near', (float,), {'__eq__': lambda *a: True, '__sub__': lambda *a: 0.0, '__rsub__': lambda *a: 0.0,"
    " '__lt__': lambda *a: True, '__le__': lambda *a: True, '__float__': lambda s: 0.0})()"
)
_NAMES = ("answer", "gold", "ground_truth", "solution", "target", "expected", "reference", "label", "truth", "correct")
_KEYS = ("entry['answer']", "task['answer']", "metadata['target']", "entry['metadata']['target']")


class SourceSinks(AimedAttack):
    name: ClassVar[str] = "source: evaluation"
    about: ClassVar[str] = "code in place of an answer, where the source evaluates text or starts a shell"
    causes: ClassVar[dict[str, Cause]] = {
        "code_executed": Cause(
            "It runs the completion as code",
            "a completion can read the reference, replace what it is compared with, or act on the training machine",
            "parse with ast.literal_eval or a parser of numbers; run programs in a process with limits",
        ),
        "reference_in_scope": Cause(
            "A completion can name the reference instead of giving it",
            "evaluated text sees the grader's own variables, the right answer among them",
            "evaluate nothing, or evaluate without names",
        ),
        "equal_to_everything": Cause(
            "It pays for an object that equals everything",
            "evaluated text can build objects that decide comparisons themselves",
            "evaluate nothing, or check the type of the result before comparing",
        ),
    }
    reads: ClassVar[tuple[str, ...]] = ("sinks",)

    def aim(self, case: Case, fact: Fact) -> Iterator[Candidate]:
        last = str(fact.value).rpartition(".")[2]
        if last in _EVALUATE:
            yield from _evaluated(case)
        elif last in _SHELL:
            for text in (f"$(printf '%s' '{case.reference}')", "; true", "|| true"):
                yield silent(case.format.wrap(text), "code_executed")
        elif str(fact.value).startswith("yaml."):
            # A folder within the box's own: setting a variable is not a call that this notation can write.
            yield silent(case.format.wrap(f"!!python/object/apply:os.mkdir [{MARK}]"), "code_executed")


def _evaluated(case: Case) -> Iterator[Candidate]:
    wrap = case.format.wrap
    setting = f"__import__('os').environ.__setitem__('{MARK}', '1')"
    yield silent(wrap(f"{setting} or 0"), "code_executed")
    for name in dict.fromkeys([*case.opened.columns, case.task.answer_column, *_NAMES, *_KEYS]):
        if name and name not in ("prompts", "completions", "kwargs"):
            yield silent(wrap(name), "reference_in_scope")
    yield silent(wrap(_ALWAYS), "equal_to_everything")
    yield silent(wrap(_NEAR), "equal_to_everything")
    yield silent(
        wrap("[v for k, v in vars().items() if 'ans' in k or 'gold' in k or 'truth' in k][0]"), "code_executed"
    )
