import re

BLOCK = re.compile(r"<answer>([TF\s]*)</answer>\s*\Z")


def truth_row_reward(prompts, completions, answer, **kwargs):
    """Rows of T and F in a closing <answer> block: a fifth of a point for each that is right, if there are five."""
    totals = []
    for completion, key in zip(completions, answer):
        text = completion[0]["content"].split("</think>")[-1]
        block = BLOCK.search(text)
        if block is None or "<think>" in text:
            totals.append(0.0)
            continue
        row, truth = block[1].split(), key.split()
        if len(row) != len(truth):
            totals.append(0.0)
            continue
        total = sum(a == b for a, b in zip(row, truth)) / len(truth)
        totals.append(total + 0.1 * text.count("because"))
    return totals
