"""Calendar dates as YYYY-MM-DD in <date></date>, the last one if there are several."""

import datetime
import re


def read(text):
    try:
        return datetime.datetime.strptime(text.strip(), "%Y-%m-%d").date()
    except ValueError:
        return None


def date_score(completion, answer):
    visible = re.sub(r"<think>.*?(</think>|\Z)", "", completion, flags=re.DOTALL)
    dates = re.findall(r"<date>([^<]{1,30})</date>", visible)
    if not dates:
        return 0.0
    day, truth = read(dates[-1]), read(answer)
    if day is None:
        return 0.0
    return float((day.month, day.day) == (truth.month, truth.day))
