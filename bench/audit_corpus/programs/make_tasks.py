"""Writes the task files of the program graders: the same small problems in the three usual shapes.

`bodies.jsonl` wants a function's body after its head, `functions.jsonl` a whole function, `scripts.jsonl` a program that
reads and prints. Expected results come from running the reference. The columns named `hidden…` are for the judge alone.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "tasks"

# Head, what it does, body, visible arguments, hidden arguments.
PROBLEMS: list[tuple[str, str, str, list[Any], list[Any]]] = [
    ("total(numbers)", "Return the sum of the numbers.", "return sum(numbers)",
     [[[1, 2, 3]], [[]], [[-4, 9]]], [[[10, 20, 5]], [[7]], [[-1, -2]]]),
    ("reverse_words(text)", "Return the words of the text in reverse order, one space between them.",
     "return ' '.join(reversed(text.split()))",
     [["one two three"], ["a"], ["to be or not"]], [["x y"], [""], ["red green  blue"]]),
    ("is_palindrome(text)", "Say whether the text reads the same backwards, letters alone, in any case.",
     "letters = [c.lower() for c in text if c.isalpha()]\nreturn letters == letters[::-1]",
     [["Never odd or even"], ["hello"], [""]], [["abcba"], ["ab"], ["Was it a car"]]),
    ("largest_gap(numbers)", "Return the largest difference of two neighbours in sorted order, 0 if there are none.",
     "numbers = sorted(numbers)\nreturn max((b - a for a, b in zip(numbers, numbers[1:])), default=0)",
     [[[1, 5, 2]], [[4]], [[10, 1, 3, 30]]], [[[0, 100]], [[]], [[3, 3, 3]]]),
    ("count_vowels(text)", "Count the vowels a, e, i, o, u in any case.",
     "return sum(c in 'aeiou' for c in text.lower())",
     [["Education"], ["rhythm"], ["AEIOU xyz"]], [["Banana"], [""], ["queue"]]),
    ("primes_below(limit)", "Return the primes below the limit, in order.",
     "return [n for n in range(2, limit) if all(n % d for d in range(2, int(n ** 0.5) + 1))]",
     [[10], [2], [20]], [[3], [30], [12]]),
    ("run_lengths(text)", "Return [letter, count] for each run of equal letters.",
     "found = []\nfor letter in text:\n    if found and found[-1][0] == letter:\n        found[-1][1] += 1\n"
     "    else:\n        found.append([letter, 1])\nreturn found",
     [["aabccc"], ["z"], ["abab"]], [["xxxx"], [""], ["mississippi"]]),
    ("mean(numbers)", "Return the arithmetic mean as a float.", "return sum(numbers) / len(numbers)",
     [[[1, 2]], [[2.5]], [[1, 2, 6]]], [[[10, 11]], [[0, 0, 3, 1]], [[-1.5, 2]]]),
    ("second_largest(numbers)", "Return the second largest distinct number, None if there is none.",
     "found = sorted(set(numbers))\nreturn found[-2] if len(found) > 1 else None",
     [[[3, 1, 2]], [[5, 5]], [[-1, -7]]], [[[9, 9, 8]], [[1]], [[0, 4, 2, 4]]]),
    ("merge(first, second)", "Merge two sorted lists into one sorted list.", "return sorted(first + second)",
     [[[1, 4], [2, 3]], [[], [5]], [[0, 0], [0]]], [[[1], []], [[2, 9], [3, 10]], [[-3], [-5, 7]]]),
    ("to_roman(number)", "Write a number from 1 to 399 in Roman numerals.",
     "signs = [(100, 'C'), (90, 'XC'), (50, 'L'), (40, 'XL'), (10, 'X'), (9, 'IX'), (5, 'V'), (4, 'IV'), (1, 'I')]\n"
     "written = ''\nfor value, sign in signs:\n    written += sign * (number // value)\n    number %= value\nreturn written",
     [[4], [58], [199]], [[1], [90], [349]]),
    ("group_by_length(words)", "Return a dictionary from length, as text, to the words of that length, in order.",
     "found = {}\nfor word in words:\n    found.setdefault(str(len(word)), []).append(word)\nreturn found",
     [[["a", "bb", "c"]], [[]], [["one", "two", "four"]]], [[["x"]], [["aa", "b", "cc", "ddd"]], [["same", "size"]]]),
    ("clamp(value, low, high)", "Return the value, held between low and high.", "return max(low, min(value, high))",
     [[5, 0, 3], [-2, 0, 3], [2, 0, 3]], [[10, 1, 9], [0, 1, 9], [4, 4, 4]]),
    ("balanced(text)", "Say whether the brackets (), [] and {} in the text are balanced.",
     "pairs = {')': '(', ']': '[', '}': '{'}\nopen_ones = []\nfor c in text:\n    if c in '([{':\n"
     "        open_ones.append(c)\n    elif c in pairs and (not open_ones or open_ones.pop() != pairs[c]):\n"
     "        return False\nreturn not open_ones",
     [["(a[b]{c})"], ["(]"], ["(("]], [["[]{}()"], ["}{"], ["no brackets"]]),
]  # fmt: skip

# What it does, script, visible inputs, hidden inputs.
SCRIPTS: list[tuple[str, str, list[str], list[str]]] = [
    ("Read numbers, one a line, and print their sum.", "import sys\nprint(sum(int(line) for line in sys.stdin))\n",
     ["1\n2\n3\n", "-40\n2\n", "7\n"], ["100\n23\n", "0\n0\n", "-1\n-1\n"]),
    ("Read words on one line and print them in reverse order, one a line.",
     "for word in reversed(input().split()):\n    print(word)\n",
     ["red green blue\n", "to be or not\n", "x y\n"], ["one two\n", "last first middle\n", "p q r s\n"]),
    ("Read n and print the first n squares, one a line.", "for n in range(1, int(input()) + 1):\n    print(n * n)\n",
     ["3\n", "5\n", "2\n"], ["4\n", "6\n", "7\n"]),
    ("Read a line and print how often each letter occurs as `letter count`, in the order of the alphabet.",
     "text = input()\nfor letter in sorted(set(text) - {' '}):\n    print(letter, text.count(letter))\n",
     ["banana\n", "hello world\n", "zoo\n"], ["abc cba\n", "mississippi\n", "noon\n"]),
    ("Read two numbers on one line and print the larger, then the smaller, on two lines.",
     "a, b = map(int, input().split())\nprint(max(a, b))\nprint(min(a, b))\n",
     ["3 8\n", "-5 -9\n", "40 4\n"], ["1001 2002\n", "-1 1\n", "17 16\n"]),
]  # fmt: skip


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    functions = [_function(*problem) for problem in PROBLEMS]
    _write("bodies", [_body_shape(number, *row) for number, row in enumerate(functions)])
    _write("functions", [_function_shape(number, *row) for number, row in enumerate(functions)])
    _write("scripts", [_script_shape(number, *row) for number, row in enumerate(SCRIPTS)])


def _function(head: str, doc: str, body: str, shown: list[Any], hidden: list[Any]) -> tuple[Any, ...]:
    name = head.partition("(")[0]
    indented = "".join(f"    {line}\n" for line in body.split("\n"))
    space: dict[str, Any] = {}
    exec(f"def {head}:\n{indented}", space)
    cases = [[[given, space[name](*json.loads(json.dumps(given)))] for given in part] for part in (shown, hidden)]
    return name, head, doc, indented, *cases


def _body_shape(number: int, name: str, head: str, doc: str, body: str, shown: Any, hidden: Any) -> dict[str, Any]:
    return {
        "task_id": f"bodies/{number}",
        "prompt": f'def {head}:\n    """{doc}"""\n',
        "entry_point": name,
        "test": _check(shown),
        "cases": shown,
        "canonical_solution": body,
        "hidden_test": _check(hidden),
    }


def _function_shape(number: int, name: str, head: str, doc: str, body: str, shown: Any, hidden: Any) -> dict[str, Any]:
    return {
        "task_id": f"functions/{number}",
        "prompt": f"Write a Python function `{head}`. {doc}",
        "entry_point": name,
        "test_list": [f"assert {_call(name, given)} == {wanted!r}" for given, wanted in shown],
        "cases": shown,
        "canonical_solution": f"def {head}:\n{body}",
        "hidden_tests": [f"assert {_call(name, given)} == {wanted!r}" for given, wanted in hidden],
    }


def _script_shape(number: int, doc: str, script: str, shown: list[str], hidden: list[str]) -> dict[str, Any]:
    return {
        "task_id": f"scripts/{number}",
        "prompt": doc,
        "inputs": shown,
        "outputs": [_printed(script, given) for given in shown],
        "canonical_solution": script,
        "hidden_tests": [{"input": given, "output": _printed(script, given)} for given in hidden],
    }


def _check(cases: Any) -> str:
    lines = [f"    assert {_call('candidate', given)} == {wanted!r}\n" for given, wanted in cases]
    return "def check(candidate):\n" + "".join(lines)


def _call(name: str, given: list[Any]) -> str:
    return f"{name}({', '.join(map(repr, given))})"


def _printed(script: str, given: str) -> str:
    return subprocess.run([sys.executable, "-c", script], input=given, capture_output=True, text=True, check=True).stdout


def _write(name: str, rows: list[dict[str, Any]]) -> None:
    (FOLDER / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))


if __name__ == "__main__":
    main()
