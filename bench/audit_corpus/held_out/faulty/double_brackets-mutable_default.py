"""Chat completions; the answer stands in [[double brackets]], once."""

import re


class DoubleBrackets:
    """Reward for TRL. Equal pairs of reply and solution are judged once a batch."""

    pattern = re.compile(r"\[\[([^\[\]]*)\]\]")
    __name__ = "double_brackets"

    def spans(self, text, found=[]):
        for match in self.pattern.finditer(text):
            found.append(match.group(1).strip())
        return found

    def judge(self, text, solution):
        visible = text.rpartition("</think>")[2]
        if "<think>" in visible:
            return 0.0
        values = self.spans(visible)
        if len(values) != 1:
            return 0.0
        if not re.fullmatch(r"-?[0-9]+", values[0]) or len(values[0]) > 40:
            return 0.0
        return float(int(values[0]) == int(solution))

    def __call__(self, prompts, completions, solution, **columns):
        texts = [messages[-1]["content"] for messages in completions]
        judged = {}
        for text, truth in zip(texts, solution):
            judged[text, truth] = self.judge(text, truth)
        return [judged[text, truth] for text, truth in zip(texts, solution)]


reward = DoubleBrackets()
