import re

# $1,234.50 -> 123450. Two decimals or none, separators where they belong or nowhere.
PRICE = re.compile(r"\$?(\d{1,3}(?:,\d{3})+|\d{1,12})(?:\.(\d{2}))?")


def cents(text):
    m = PRICE.fullmatch(text.strip())
    if not m:
        return None
    whole, part = m.groups()
    return round(int(whole.replace(",", "")) + int(part or 0) / 100) * 100


def price_reward(prompts, completions, answer, **kwargs):
    out = []
    for c, a in zip(completions, answer):
        tags = re.findall(r"<answer>([^<]*)</answer>", c)
        ok = len(tags) == 1 and cents(tags[0]) is not None and cents(tags[0]) == cents(a)
        out.append(1.0 if ok else 0.0)
    return out
