"""Inputs to try a program on: those of the visible tests, and fresh ones made from them."""

import ast
import json
import random
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from gyges.audit.records import Task

Arguments = tuple[tuple[Any, ...], dict[str, Any]]
MOST = 24
FRESH = 24
_TESTS = (
    "test", "tests", "test_list", "test_cases", "testcases", "test_code", "unit_tests", "inputs_outputs",
    "input_output", "cases", "public_tests", "private_tests", "challenge_test_list", "examples",
)  # fmt: skip
_INPUTS = ("input", "inputs", "args", "arguments", "stdin", "given")
_OUTPUTS = ("output", "outputs", "expected", "expected_output", "result", "stdout", "answer")


_MADE: dict[str, tuple[Any, ...]] = {
    "int": (5, 12, 0, 31),
    "float": (1.5, 20.25, 0.0, 7.75),
    "bool": (True, False, True, False),
    "str": ("abcxyz", "hello world", "a", "Level 42"),
    "list[int]": ([3, 1, 2], [5, 5, 9, -4], [], [10, 0, 7, 7, 2]),
    "list[float]": ([1.5, 0.25], [3.0, -2.5, 8.0], [], [0.5, 0.5, 4.0]),
    "list[str]": (["b", "a"], ["abc", "", "abc"], [], ["x1", "Yy", "zzz"]),
}


def tests_of(task: Task) -> list[Any]:
    """Whatever the columns of a task hold as tests, JSON taken apart."""
    found = [task.columns[name] for name in _TESTS if task.columns.get(name)]
    if all(isinstance(task.columns.get(name), list) for name in ("inputs", "outputs")):
        found.append({name: task.columns[name] for name in ("inputs", "outputs")})
    return [_loaded(value) for value in found]


def arguments(task: Task, entry: str) -> list[list[Arguments]]:
    """Arguments that the visible tests and the examples in the prompt call `entry` with.

    Where tests are data, one argument and a list of arguments look alike: each test then has several readings.
    """
    found: list[list[Arguments]] = []
    for tests in tests_of(task):
        found += [[one] for one in _in_code(tests, entry)]
        found += [_readings(given) for given, _ in pairs(tests)]
    found += [[one] for one in _in_examples(task.text, entry)]
    distinct = {repr(one): one for one in found}
    return list(distinct.values())[:MOST]


def guessed(code: str, entry: str) -> list[Arguments]:
    """Arguments made from the type annotations of `entry`, where no test shows any."""
    try:
        nodes = [node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.FunctionDef) and node.name == entry]
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    kinds = (
        [ast.unparse(argument.annotation) if argument.annotation else "" for argument in nodes[-1].args.args]
        if nodes
        else []
    )
    makers = [_MADE.get(kind.replace("typing.", "").lower()) for kind in kinds]
    if not makers or None in makers:
        return []
    return [(tuple(maker[place] for maker in makers if maker), {}) for place in range(4)]


def pairs(tests: Any) -> Iterator[tuple[Any, Any]]:
    """(input, output) pairs of tests that are data."""
    if isinstance(tests, Mapping):
        given = next((tests[name] for name in _INPUTS if name in tests), None)
        wanted = next((tests[name] for name in _OUTPUTS if name in tests), None)
        if isinstance(given, list) and isinstance(wanted, list) and len(given) == len(wanted) and "inputs" in tests:
            yield from zip(given, wanted, strict=True)
        elif given is not None and wanted is not None:
            yield given, wanted
    elif isinstance(tests, list | tuple):
        for test in tests:
            if isinstance(test, Mapping):
                yield from pairs(test)
            elif isinstance(test, list | tuple) and len(test) == 2:
                yield test[0], test[1]


def fresh(known: Sequence[Arguments], seed: str) -> list[Arguments]:
    """Inputs of the same make that no visible test has."""
    chance = random.Random(seed)
    seen = {repr(one) for one in known}
    made: list[Arguments] = []
    for _ in range(FRESH * 6):
        if len(made) >= FRESH or not known:
            break
        positional, named = chance.choice(known)
        if len(known) > 1 and chance.random() < 0.3:
            other = chance.choice(known)[0]
            mixed = [chance.choice([one, two]) for one, two in zip(positional, other, strict=False)]
            positional = tuple(mixed) if len(other) == len(positional) else positional
        arguments = (
            tuple(_moved(value, chance) for value in positional),
            {k: _moved(v, chance) for k, v in named.items()},
        )
        if repr(arguments) not in seen:
            seen.add(repr(arguments))
            made.append(arguments)
    return made


def fresh_text(text: str, chance: random.Random) -> str:
    """Standard input with one of its numbers moved."""
    numbers = list(re.finditer(r"\d+", text))
    if not numbers:
        return text
    place = chance.choice(numbers)
    return f"{text[: place.start()]}{max(0, int(place[0]) + chance.choice([-1, 1, 2]))}{text[place.end() :]}"


def _moved(value: Any, chance: random.Random, depth: int = 0) -> Any:
    """A value of the same type, near to it: small steps stay within what a function is made for."""
    if chance.random() < 0.3 and depth == 0:
        return value
    if isinstance(value, bool):
        return chance.random() < 0.5
    if isinstance(value, int):
        moved = value + chance.choice([-2, -1, 1, 2, 3, 7])
        return abs(moved) if value >= 0 else moved
    if isinstance(value, float):
        return round(value + chance.choice([-0.5, 0.25, 1.0, 2.5]), 6)
    if isinstance(value, str):
        return _text(value, chance)
    if isinstance(value, list | tuple) and value:
        items = list(value)
        place = chance.randrange(len(items))
        change = chance.choice(["item", "item", "drop", "double", "shuffle"])
        if change == "item" and depth < 4:
            items[place] = _moved(items[place], chance, depth + 1)
        elif change == "drop" and len(items) > 1:
            items.pop(place)
        elif change == "double":
            items.insert(place, items[chance.randrange(len(items))])
        else:
            chance.shuffle(items)
        return type(value)(items)
    if isinstance(value, dict) and value:
        key = chance.choice(list(value))
        return {**value, key: _moved(value[key], chance, depth + 1)} if depth < 4 else value
    return value


def _text(value: str, chance: random.Random) -> str:
    if not value:
        return chance.choice(["a", "ab"])
    place = chance.randrange(len(value))
    change = chance.choice(["double", "drop", "swap", "reverse"])
    if change == "double":
        return value[:place] + value[place] + value[place:]
    if change == "drop" and len(value) > 1:
        return value[:place] + value[place + 1 :]
    if change == "swap":
        signs = list(value)
        other = chance.randrange(len(value))
        signs[place], signs[other] = signs[other], signs[place]
        return "".join(signs)
    return value[::-1]


def _loaded(value: Any) -> Any:
    if isinstance(value, str) and value.lstrip()[:1] in ("[", "{"):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


def _readings(given: Any) -> list[Arguments]:
    whole: Arguments = ((given,), {})
    if isinstance(given, list | tuple):
        return [(tuple(given), {}), whole]
    if isinstance(given, Mapping) and all(isinstance(key, str) and key.isidentifier() for key in given):
        return [((), dict(given)), whole]
    return [whole]


def _in_code(tests: Any, entry: str) -> Iterator[Arguments]:
    """Arguments of every call of `entry`, or of the parameter of a test function, that are plain data."""
    texts = tests if isinstance(tests, list) else [tests]
    for text in texts:
        if not isinstance(text, str) or len(text) > 200_000:
            continue
        try:
            tree = ast.parse(text)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
        names = {entry, "candidate"}
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", None)) in names:
                found = _literal_arguments(node)
                if found is not None:
                    yield found


def _in_examples(prompt: str, entry: str) -> Iterator[Arguments]:
    for line in re.findall(rf"({re.escape(entry)}\(.*)", prompt[:20_000]) if entry else ():
        for end in [place + 1 for place, sign in enumerate(line[:400]) if sign == ")"]:
            try:
                node = ast.parse(line[:end], mode="eval").body
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                continue
            found = _literal_arguments(node) if isinstance(node, ast.Call) else None
            if found is not None:
                yield found
            break


def _literal_arguments(call: ast.Call) -> Arguments | None:
    try:
        named = {word.arg: ast.literal_eval(word.value) for word in call.keywords if word.arg}
        return tuple(ast.literal_eval(argument) for argument in call.args), named
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        return None
