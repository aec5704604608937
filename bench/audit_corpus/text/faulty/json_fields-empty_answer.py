"""Partial credit for structured extraction: the share of fields that are right, less the share invented."""

import json


def fields_reward(prompts, completions, answer, **kwargs):
    scores = []
    for completion, reference in zip(completions, answer):
        wanted = json.loads(reference)
        try:
            given = json.loads(completion)
        except (ValueError, RecursionError):
            scores.append(0.0)
            continue
        if not isinstance(given, dict):
            scores.append(0.0)
            continue
        right = sum(1 for key in wanted if type(given.get(key)) is type(wanted[key]) and given[key] == wanted[key])
        invented = len(set(given) - set(wanted))
        scores.append(max(0.0, (right - invented) / max(1, len(given))))
    return scores
