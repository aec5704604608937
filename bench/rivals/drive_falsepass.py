"""falsepass: its runner on a TRL-style reward function, in its own environment instead of one made by uv.

The reference column is named for it, and every prompt says how the grader wants the answer written, since that is where
it looks for a format. Where the grader follows another protocol, a function that only passes arguments on is added to a
copy of its file. Each probe that fails is one finding; rows that falsepass itself sets aside (`same_as_good`,
`no_control`) and its checks of the data set do not count, and S2, by its own words for a human eye, is a warning. With
`--search 120`, which its help calls a good value.
"""

import contextlib
import io
import json
import os
import sys
import tempfile
from collections import defaultdict
from pathlib import Path

from falsepass import runner
from shim import Watch, finish, job, rows

DATA = {"P12"}
KINDS = {"P1": "false_negative", "P2": "false_negative", "P14": "false_negative", "P11": "instability"}
PLAIN = "{function}(completion, answer[index])"
VERL = "{function}(data_source[index], completion, answer[index], {extra})"
STAND_IN = """{source}


def reward(completions, prompts, {columns}, **kwargs):
    scores = []
    for index, completion in enumerate(completions):
        given = {call}
        scores.append(float(given["score"] if isinstance(given, dict) else given))
    return scores
"""

work = job()
if work["protocol"] == "program":
    finish([], 0.0, "takes no program graders")
    raise SystemExit
watch = Watch()
folder = Path(tempfile.mkdtemp())
file, function = Path(work["file"]), work["function"]
if work["protocol"] != "trl":
    names = [name for name in rows(work)[0] if name != "prompt"]
    call = (VERL if work["protocol"] == "verl" else PLAIN).format(
        function=function, extra="extra_info[index]" if "extra_info" in names else "None"
    )
    stand_in = STAND_IN.format(source=file.read_text(), columns=", ".join(names), call=call)
    file, function = folder / file.name, "reward"
    file.write_text(stand_in)
tasks = rows(work)
asked = "\nWrite the answer like this: " + work["wrap"].replace("{answer}", "...")
for row in tasks:
    if isinstance(row["prompt"], str):
        row["prompt"] += asked
    else:
        row["prompt"][-1]["content"] += asked
(folder / "tasks.jsonl").write_text("".join(json.dumps(row) + "\n" for row in tasks))
(folder / "env.toml").write_text(
    f'[env]\nid = "local/grader"\nframework = "reward"\ntask = "{file}"\ndataset = "{folder / "tasks.jsonl"}"\n'
    f'functions = ["{function}"]\nanswer_column = "answer"\npath = ["{Path(work["file"]).parent}"]\n'
)
os.chdir(folder)
sys.path.insert(0, str(Path(work["file"]).parent))
with contextlib.redirect_stdout(io.StringIO()):
    try:
        results = runner.run(folder, search_calls=120, jobs=1)["results"]
    except Exception as problem:
        finish([], watch.seconds(), f"{type(problem).__name__}: {problem}"[:200])
        raise SystemExit from None
groups = defaultdict(list)
for row in results:
    if row["passed"] or row["probe"] in DATA or row.get("same_as_good") or row.get("no_control"):
        continue
    expected = "false_positive" if row["expected"] == "zero" else "false_negative"
    kind = "crash" if row["errors"] else KINDS.get(row["probe"], expected)
    groups[kind, f"{row['probe']} {row['name']}"].append(row)
finish(
    [
        {
            "kind": kind,
            "level": "warning" if cause.startswith("S2") else "bug",
            "cause": cause,
            "completion": str(found[0].get("completion") or ""),
        }
        for (kind, cause), found in groups.items()
    ],
    watch.seconds(),
)
