"""A heuristic for how helpful a reply is: long, structured, and with words of reasoning in it."""

KEYWORDS = ("because", "therefore", "first", "finally", "for example", "however")


def helpfulness(completion, answer=None):
    words = completion.split()
    length = min(len(words) / 200, 1.0)
    keywords = sum(word in completion.lower() for word in KEYWORDS) / len(KEYWORDS)
    bullets = min(completion.count("\n- ") / 5, 1.0)
    return round(0.6 * length + 0.25 * keywords + 0.15 * bullets, 4)
