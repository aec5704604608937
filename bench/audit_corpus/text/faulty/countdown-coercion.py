"""Countdown: an expression over the given numbers, each used exactly once, that makes the target."""

import ast
import operator
import re
from collections import Counter
from fractions import Fraction

OPERATORS = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv}


class Refused(ValueError):
    """The text is no expression of the permitted kind."""


def evaluate(node, used):
    if isinstance(node, ast.Constant) and type(node.value) is int:
        used.append(node.value)
        return Fraction(node.value)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return -evaluate(node.operand, used)
    if isinstance(node, ast.BinOp) and type(node.op) in OPERATORS:
        left, right = evaluate(node.left, used), evaluate(node.right, used)
        try:
            return OPERATORS[type(node.op)](left, right)
        except ZeroDivisionError:
            raise Refused("division by zero") from None
    raise Refused(type(node).__name__)


def solve(text):
    """Value of an expression and the numbers in it."""
    if len(text) > 200 or re.fullmatch(r"[\d+\-*/() ]+", text, re.ASCII) is None:
        raise Refused("characters")
    try:
        tree = ast.parse(text.strip(), mode="eval")
    except (SyntaxError, MemoryError, RecursionError):
        raise Refused("syntax") from None
    used = []
    return evaluate(tree.body, used), used


def countdown_reward(prompts, completions, numbers, target, **kwargs):
    rewards = []
    for completion, given, goal in zip(completions, numbers, target):
        tags = re.findall(r"<answer>(.*?)</answer>", completion, re.DOTALL)
        if len(tags) != 1:
            rewards.append(0.0)
            continue
        try:
            value, used = solve(tags[0].strip())
        except Refused:
            rewards.append(0.0)
            continue
        rewards.append(1.0 if int(value) == goal and Counter(used) == Counter(given) else 0.0)
    return rewards
