"""Orders of jobs under constraints. The last line is the jobs with spaces between; every order that works is right."""


def works(order, jobs, edges):
    if len(order) != len(jobs):
        return False
    place = {job: position for position, job in enumerate(order)}
    for before, after in edges:
        if place[before] > place[after]:
            return False
    return True


def job_reward(prompts, completions, jobs, edges, **kwargs):
    scores = []
    for completion, names, pairs in zip(completions, jobs, edges):
        text = completion.split("</think>")[-1].strip()
        if "<think>" in text or not text:
            scores.append(0.0)
            continue
        scores.append(1.0 if works(text.splitlines()[-1].split(), names, pairs) else 0.0)
    return scores
