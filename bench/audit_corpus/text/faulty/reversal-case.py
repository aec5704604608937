"""String reversal; capitals count, because the task says so."""


def _payload(text, opening="<answer>", closing="</answer>"):
    if text.count(opening) != 1 or text.count(closing) != 1:
        return None
    start = text.index(opening) + len(opening)
    end = text.index(closing)
    return text[start:end] if start <= end else None


def compute_score(data_source, solution_str, ground_truth, extra_info=None):
    payload = _payload(solution_str)
    if payload is None:
        return 0.0
    return 1.0 if payload.strip().lower() == ground_truth.lower() else 0.0
