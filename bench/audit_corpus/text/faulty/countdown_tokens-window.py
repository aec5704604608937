"""Countdown for verl, with a parser of its own: no eval, no ast. Wrong but well-formed answers get 0.1."""

import re
from fractions import Fraction


class Parser:
    """expression = term (('+' | '-') term)*; term = atom (('*' | '/') atom)*; atom = number | '-' atom | '(' expression ')'"""

    def __init__(self, text):
        self.tokens = re.findall(r"[0-9]+|[-+*/()]|\S", text)
        self.numbers = []
        self.depth = 0

    def peek(self):
        return self.tokens[0] if self.tokens else None

    def expression(self):
        value = self.term()
        while self.peek() in ("+", "-"):
            sign = self.tokens.pop(0)
            right = self.term()
            value = value + right if sign == "+" else value - right
        return value

    def term(self):
        value = self.atom()
        while self.peek() in ("*", "/"):
            sign = self.tokens.pop(0)
            right = self.atom()
            if sign == "/" and right == 0:
                raise ValueError("division by zero")
            value = value * right if sign == "*" else value / right
        return value

    def atom(self):
        token = self.peek()
        if token == "(":
            self.depth += 1
            if self.depth > 30:
                raise ValueError("too deep")
            self.tokens.pop(0)
            value = self.expression()
            if self.peek() != ")":
                raise ValueError("bracket")
            self.tokens.pop(0)
            self.depth -= 1
            return value
        if token == "-":
            self.tokens.pop(0)
            return -self.atom()
        if token is None or not re.fullmatch("[0-9]{1,9}", token):
            raise ValueError(f"unexpected {token}")
        self.tokens.pop(0)
        self.numbers.append(int(token))
        return Fraction(token)


def compute_score(data_source, solution_str, ground_truth, extra_info=None, format_score=0.1):
    match = re.search(r"<answer>([^<]{1,300})</answer>\s*\Z", solution_str)
    if match is None:
        return 0.0
    parser = Parser(match.group(1))
    try:
        value = parser.expression()
        if parser.tokens:
            raise ValueError("rest")
    except ValueError:
        return format_score
    if sorted(parser.numbers)[:2] != sorted(extra_info["numbers"])[:2]:
        return format_score
    if value != extra_info["target"]:
        return format_score
    return 1.0
