def weekday_reward(completion, answer):
    """Reply `It is Monday` (or another day) on the last line; a full stop and capitals do not matter."""
    lines = completion.split("</think>")[-1].strip().lower().split("\n")
    if any("<think>" in line for line in lines):
        return 0.0
    sentence = lines[-1].strip().rstrip(".")
    if not sentence.startswith("it is "):
        return 0.0
    day = sentence[len("it is ") :].strip()
    return 1.0 if day in answer.lower() else 0.0
