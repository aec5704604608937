"""What is right, by the letter of the prompts in audit_tasks.jsonl: the number, alone on the last line."""

import re

NUMBER = re.compile(r"-?([0-9]+|[0-9]{1,3}(,[0-9]{3})+)(\.[0-9]+)?")


def is_right(completion, task):
    """True if it is right, False if it is wrong, None if the audit's own judge should say."""
    if "<think>" in completion:
        return None  # the prompts do not say whether one may think first
    last = completion.strip().rpartition("\n")[2].strip()
    return bool(NUMBER.fullmatch(last)) and float(last.replace(",", "")) == float(task["answer"])
