"""Source for tests whose grader may hang, die or act: it runs in a process of its own, started from the test file."""

APART = '''
def apart(task, completion, seconds={seconds}):
    """The score from a process of its own, which may hang or die without taking the tests along."""
    return child(task, completion, seconds)["score"]


def child(task, completion, seconds={seconds}):
    """What a process of its own says of one call."""
    script = "import runpy, sys; runpy.run_path(sys.argv[1])['answer']()"
    with tempfile.TemporaryDirectory() as folder:
        said = pathlib.Path(folder, "said.json")
        asked = json.dumps({{"task": task, "completion": completion, "said": str(said)}})
        scratch, work = pathlib.Path(folder, "scratch"), pathlib.Path(folder, "work")
        scratch.mkdir()
        work.mkdir()
        surroundings = {{**os.environ, "TMPDIR": str(scratch), "PYTHONDONTWRITEBYTECODE": "1"}}
        done = subprocess.run(
            [sys.executable, "-c", script, os.path.abspath(__file__)],
            input=asked, capture_output=True, text=True, errors="replace", timeout=seconds, cwd=work, env=surroundings,
        )
        assert said.exists(), f"the grader ended its process (exit code {{done.returncode}}): {{done.stderr[-2000:]}}"
        answer = json.loads(said.read_text())
    answer["printed"] = len(done.stdout) + len(done.stderr)
    return answer


def answer():
    """The other end of `child`: grades, and notes what grading did beside."""
    asked = json.loads(sys.stdin.read())
    row = copy.deepcopy(TASKS[asked["task"]])
    seen, watched = [], [True]
    before = dict(os.environ)
    sys.addaudithook(lambda event, values: watched[0] and seen.extend(noticed(event, values)))
    value = grades([row], [asked["completion"]])[0]
    watched[0] = False
    if row != TASKS[asked["task"]]:
        seen.append("input: the row was changed")
    if dict(os.environ) != before:
        seen.append("environment: variables were changed")
    pathlib.Path(asked["said"]).write_text(json.dumps({{"score": value, "effects": seen}}))


def noticed(event, values):
    """What an audited event of the interpreter amounts to."""
    kinds = {{"os.remove": "file", "os.rename": "file", "os.rmdir": "file", "os.mkdir": "file", "os.truncate": "file",
             "socket.connect": "network", "socket.getaddrinfo": "network", "socket.sendto": "network",
             "subprocess.Popen": "process", "os.fork": "process", "os.system": "process", "os.posix_spawn": "process",
             "os.exec": "process", "os.kill": "signal"}}
    kind = kinds.get(event, "")
    if event == "open" and isinstance(values[0], (str, bytes)) and values[2] & (os.O_WRONLY | os.O_RDWR):
        kind = "file"
    place = os.path.abspath(os.fsdecode(values[0])) if kind == "file" else ""
    if kind == "file" and (place == os.devnull or place.startswith(os.environ["TMPDIR"])):
        return []
    return [f"{{kind}}: {{event}} {{values[:1]}}"] if kind else []


def effects(task, completion, kind):
    """What grading did of one kind; `output` is more than a megabyte printed."""
    answer = child(task, completion)
    if kind == "output":
        return ["output: more than a megabyte"] if answer["printed"] > 2**20 else []
    return [one for one in answer["effects"] if one.startswith(kind)]
'''
IMPORTS = tuple(
    f"import {name}" for name in ("copy", "functools", "json", "os", "pathlib", "subprocess", "sys", "tempfile")
)
SECONDS = 30
"""Time for one call apart: long enough for importing what graders import."""


def child_source() -> str:
    """Source of `apart`, `child` and `effects`."""
    return APART.format(seconds=SECONDS)
