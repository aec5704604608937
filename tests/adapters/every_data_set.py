"""Opens every data set of the installed reasoning-gym and compares its scores with the library's own; prints JSON."""

import json
import sys

import reasoning_gym
from reasoning_gym.factory import DATASETS

from gyges.audit.targets.base import TargetError
from gyges.audit.targets.loading import open_target

refused, differing, unread = {}, [], []
for name in sorted(DATASETS):
    try:
        target, tasks, opened = open_target(f"reasoning-gym:{name}", "", {"bind": {"size": 3}}, None)
    except TargetError as error:
        refused[name] = str(error)
        continue
    json.dumps([[task.prompt, task.answer, dict(task.columns)] for task in tasks], allow_nan=False)
    theirs = reasoning_gym.create_dataset(name, size=3, seed=7)
    for task in tasks:
        for text in (str(task.answer), "no idea"):
            try:
                wanted = theirs.score_answer(text, theirs[task.index])
            except Exception as error:
                wanted = type(error).__name__
            try:
                given = target.grade([task], [text])[0]
            except Exception as error:
                given = type(error).__name__
            if wanted != given:
                differing.append([name, task.index, text, wanted, given])
    if not opened.files or not opened.line:
        unread.append(name)
print(
    json.dumps({"count": len(DATASETS), "refused": refused, "differing": differing, "unread": unread}), file=sys.stderr
)
