"""Structured extraction: every field right, none missing and none invented. JSON true is not 1."""

import json
import re


def load(text):
    """The object in the fenced block, or the whole text if there is no fence."""
    fenced = re.findall(r"```json\s*(.*?)```", text, re.DOTALL)
    if len(fenced) > 1:
        return None
    try:
        found = json.loads(fenced[0] if fenced else text)
    except RecursionError:
        return None
    return found if isinstance(found, dict) else None


def same(ours, theirs):
    return type(ours) is type(theirs) and ours == theirs


def record_reward(completion, answer):
    given, wanted = load(completion), json.loads(answer)
    if given is None or set(given) != set(wanted):
        return 0.0
    return 1.0 if all(same(given[key], wanted[key]) for key in wanted) else 0.0
