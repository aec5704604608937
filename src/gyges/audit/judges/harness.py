"""Calls a candidate's function on inputs, in a process of its own, and brings its results back as plain data."""

import json
import secrets
from dataclasses import dataclass
from typing import Any

from gyges.audit.judges.running import run_python

LARGEST = 20_000
"""Values in one result, before it counts as too large to compare."""
Encoded = list[Any]
"""[type name, content]: nothing but what JSON has, and only for the exact types of plain data."""

# The candidate shares a process with this, but neither expected results nor a verdict are ever in that process: what it
# could forge is its own results, and for that it has to know them.
_CALLS = """
def _start(data, mark, write, type, repr, id, len, sorted, BaseException, literal, dumps, ending):
    budget = [0]

    def encode(value, depth=0):
        budget[0] += 1
        kind = type(value)
        if depth > 40 or budget[0] > LARGEST:
            return ["large", ""]
        if value is None or kind is bool:
            return [kind.__name__, repr(value)]
        if kind is int:
            return ["int", hex(value)] if value.bit_length() < 40000 else ["large", ""]
        if kind is float or kind is complex or kind is bytes:
            return [kind.__name__, repr(value)]
        if kind is str:
            return ["str", value] if len(value) <= 10 * LARGEST else ["large", ""]
        if kind is list or kind is tuple:
            return [kind.__name__, [encode(item, depth + 1) for item in value]]
        if kind is set or kind is frozenset:
            return [kind.__name__, sorted([encode(item, depth + 1) for item in value], key=dumps)]
        if kind is dict:
            pairs = [[encode(key, depth + 1), encode(item, depth + 1)] for key, item in value.items()]
            return ["dict", sorted(pairs, key=dumps)]
        return ["other", ""]

    def say(text):
        write((mark + text + chr(10)).encode("utf-8", "surrogatepass"))

    space = {"__name__": "candidate"}
    try:
        exec(compile(data["code"], "candidate", "exec"), space)
    except BaseException as error:
        say(dumps(["failed", type(error).__name__]))
        ending(0)
    function = space.get(data["entry"])
    if function is None:
        for owner in list(space.values()):
            if type(owner) is type and data["entry"] in owner.__dict__:
                function = getattr(owner(), data["entry"])
                break
    if function is None:
        say(dumps(["missing", ""]))
        ending(0)
    for number, (positional, named) in enumerate(data["calls"]):
        budget[0] = 0
        try:
            result = function(*literal(positional), **literal(named))
            answer = ["result", encode(result)]
        except BaseException as error:
            answer = ["raised", type(error).__name__]
        say(dumps([number, answer]))
    say(dumps(["done", ""]))
    ending(0)


def _main():
    import ast, json, os, sys
    channel = os.dup(1)
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nothing, stream)
    data = json.loads(DATA)
    # What is used after the candidate has run is taken now, so that replacing it later changes nothing here.
    dumps = json.JSONEncoder(ensure_ascii=True).encode
    _start(data, data.pop("mark"), lambda block, send=os.write: send(channel, block), type, repr, id, len, sorted,
           BaseException, ast.literal_eval, dumps, os._exit)


_main()
"""


@dataclass(frozen=True)
class Outcome:
    """What became of calling a candidate's function."""

    state: str
    """`done`, `failed` (its code does not run), `missing` (no such function), `ended` (it stopped before the last
    call) or `late` (its time was used up)."""
    results: tuple[tuple[str, Any], ...] = ()
    """For each call that was answered: (`result`, encoded) or (`raised`, type name)."""
    detail: str = ""


def called(code: str, entry: str, calls: list[tuple[tuple[Any, ...], dict[str, Any]]], seconds: float) -> Outcome:
    """Runs `code` and calls `entry` with each of `calls`: positional and named arguments, plain data only."""
    mark = secrets.token_hex(8)
    data = {"code": code, "entry": entry, "mark": mark, "calls": [[repr(args), repr(named)] for args, named in calls]}
    program = _CALLS.replace("LARGEST", str(LARGEST)).replace("DATA", repr(json.dumps(data)))
    status, output = run_python(program, seconds)
    state, detail, results = "late" if status is None else "ended", "", dict[int, tuple[str, Any]]()
    for line in output.splitlines():
        if line.startswith(mark):
            try:
                key, value = json.loads(line[len(mark) :])
            except ValueError:
                continue
            if isinstance(key, int):
                results[key] = (str(value[0]), value[1])
            else:
                state, detail = str(key), str(value)
    answered = tuple(results[number] for number in range(len(calls)) if number in results)
    if state == "done" and len(answered) < len(calls):
        state = "ended"
    return Outcome(state, answered, detail)
