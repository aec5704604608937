def compute_score(data_source, solution_str, ground_truth, extra_info=None):
    """Standard Roman numerals, in capitals, between ** and ** at the end of the reply."""
    text = solution_str.strip()
    if "</think>" in text:
        text = text[text.rindex("</think>") + len("</think>") :]
    elif "<think>" in text:
        return {"score": 0.0, "numeral": ""}
    parts = text.split("**")
    if len(parts) < 3 or parts[-1].strip():
        return {"score": 0.0, "numeral": ""}
    numeral = parts[-2].strip()
    right = list(numeral) == list(ground_truth)
    return {"score": 1.0 if right else 0.0, "numeral": numeral}
