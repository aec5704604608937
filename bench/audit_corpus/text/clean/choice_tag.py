def compute_score(data_source, solution_str, ground_truth, extra_info=None, **kwargs):
    """verl: <answer>B</answer> as the very end of the solution."""
    text = solution_str.strip()
    if not text.endswith("</answer>"):
        return {"score": 0.0, "parsed": 0.0}
    opened = text.rfind("<answer>")
    if opened == -1:
        return {"score": 0.0, "parsed": 0.0}
    letter = text[opened + len("<answer>") : -len("</answer>")].strip()
    if letter not in ("A", "B", "C", "D"):
        return {"score": 0.0, "parsed": 0.0}
    return {"score": 1.0 if letter == ground_truth else 0.0, "parsed": 1.0}
