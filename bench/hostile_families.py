"""Hostile graders, a family for each way to misbehave, with what a box must say of them."""

from collections.abc import Iterator
from dataclasses import dataclass

CRASH, EFFECT, RANGE = "crash", "side_effect", "out_of_range"


@dataclass(frozen=True)
class Trick:
    """One way to misbehave."""

    body: str
    """Statements of a function of `completion`, `answer` and `tests`."""
    faults: frozenset[str] = frozenset()
    """Faults of which the call must have one; empty if it must have an effect."""
    effects: frozenset[str] = frozenset()
    """Effects of which the call must have one, if it has none of the faults."""
    kinds: tuple[str, ...] = (CRASH,)
    """Kinds of finding of which the audit must report one."""
    signature: str = "completion, answer, tests"


def families() -> dict[str, list[Trick]]:
    """Tricks by family."""
    return {
        "raising": list(_raising()),
        "hanging": list(_hanging()),
        "forking": list(_forking()),
        "allocating": list(_allocating()),
        "printing": list(_printing()),
        "returning": list(_returning()),
        "miscounting": list(_miscounting()),
        "mutating": list(_mutating()),
        "exiting": list(_exiting()),
        "writing": list(_writing()),
        "calling out": list(_calling_out()),
        "environment": list(_environment()),
        "descriptors": list(_descriptors()),
        "patching": list(_patching()),
        "interpreter": list(_interpreter()),
    }


def _faulty(bodies: list[str], *faults: str, kind: str = CRASH) -> Iterator[Trick]:
    for body in bodies:
        yield Trick(body, frozenset(faults), kinds=(kind,))


def _effective(bodies: list[str], *effects: str, faults: tuple[str, ...] = ()) -> Iterator[Trick]:
    for body in bodies:
        yield Trick(body, frozenset(faults), frozenset(effects), (EFFECT, CRASH) if faults else (EFFECT,))


def _raising() -> Iterator[Trick]:
    names = ("ValueError", "KeyError", "ZeroDivisionError", "StopIteration", "GeneratorExit", "KeyboardInterrupt")
    yield from _faulty([f"raise {name}('no')" for name in names], "raised")
    yield from _faulty(
        [
            "raise SystemExit(0)",
            "assert completion is None",
            "return [][3]",
            "return {}['x']",
            "return int('x' + completion)",
            "def again(n):\n    return again(n + 1) + 1\nreturn again(0)",
            "class Odd(BaseException):\n    def __str__(self):\n        raise ValueError('no text')\nraise Odd",
            "class Long(Exception):\n    def __str__(self):\n        return 'x' * 50_000_000\nraise Long",
            "raise ExceptionGroup('several', [ValueError(1), TypeError(2)]) if 'ExceptionGroup' in dir(__builtins__) "
            "else ValueError",
            "try:\n    return 1 / 0\nfinally:\n    raise OSError(28, 'No space left on device')",
            "return b'\\xff'.decode()",
            "import no_such_module_anywhere",
        ],
        "raised",
    )


def _hanging() -> Iterator[Trick]:
    yield from _faulty(
        [
            "while True:\n    pass",
            "import time\ntime.sleep(1e6)",
            "import re\nre.match(r'(a+)+$', 'a' * 60 + 'b')",
            "import re\nre.fullmatch(r'(\\w*\\s?)*', 'word ' * 40 + '!!')",
            "import signal\nsignal.pthread_sigmask(signal.SIG_BLOCK, range(1, 64))\nwhile True:\n    pass",
            "import signal\nfor n in (1, 2, 3, 14, 15):\n    signal.signal(n, signal.SIG_IGN)\nwhile True:\n    pass",
            "import threading\nlock = threading.Lock()\nlock.acquire()\nlock.acquire()",
            "import threading\nthreading.Event().wait()",
            "import os\nread, write = os.pipe()\nos.read(read, 1)",
            "while True:\n    try:\n        while True:\n            pass\n    except BaseException:\n        pass",
            "sum(1 for _ in iter(int, 1))",
            "pow(7, 10**9)",
            "import itertools\nlist(itertools.filterfalse(lambda _: True, itertools.count()))",
            "import queue\nqueue.Queue().get()",
            "import subprocess\nsubprocess.run(['sleep', '1000'])",
            "import select\nselect.select([], [], [])",
            "import signal\nsignal.pause()",
            "import os\npid = os.fork()\nif pid == 0:\n    while True:\n        pass\nos.waitpid(pid, 0)",
        ],
        "hung",
    )


def _forking() -> Iterator[Trick]:
    daemon = (
        "import os, time\nif os.fork() == 0:\n    os.setsid()\n    for _ in range(40):\n"
        "        if os.fork() == 0:\n            time.sleep(1000)\n            os._exit(0)\n    os._exit(0)\n"
        "os.wait()"
    )
    bodies = [
        "import os\nwhile True:\n    os.fork()",
        "import os\nfor _ in range(1000):\n    if os.fork() == 0:\n        while True:\n            pass",
        daemon,
        "import subprocess\nheld = [subprocess.Popen(['sleep', '1000']) for _ in range(200)]",
        "import os\nos.system('f() { f | f & }; f; sleep 100')",
        "import multiprocessing, time\nfork = multiprocessing.get_context('fork')\n"
        "held = [fork.Process(target=time.sleep, args=(100,)) for _ in range(100)]\n"
        "for process in held:\n    process.start()",
        "import threading, time\nfor _ in range(500):\n"
        "    threading.Thread(target=time.sleep, args=(100,), daemon=True).start()",
        "import os\nwhile os.fork() == 0:\n    pass\nos.wait()",
        "import os, time\nfor _ in range(60):\n    os.spawnlp(os.P_NOWAIT, 'sleep', 'sleep', '100')\ntime.sleep(0.3)",
        "import concurrent.futures as c, time\npool = c.ThreadPoolExecutor(400)\n"
        "held = [pool.submit(time.sleep, 50) for _ in range(400)]",
    ]
    yield from _effective(bodies, "process", faults=("raised", "killed", "hung", "memory"))


def _allocating() -> Iterator[Trick]:
    yield from _faulty(
        [
            "held = []\nwhile True:\n    held.append('x' * 1_000_000)",
            "return len(bytearray(10**11))",
            "return len('x' * 10**11)",
            "return len([0] * 10**11)",
            "held = {}\nn = 0\nwhile True:\n    held[n] = str(n) * 100\n    n += 1",
            "text = 'x'\nwhile True:\n    text += text",
            "return 1 << (10**11)",
            "held = []\nwhile True:\n    held = [held, held * 2, bytearray(10**6)]",
            "held = set()\nn = 0\nwhile True:\n    held.add((n, str(n) * 50))\n    n += 1",
            "import mmap\nheld = []\nwhile True:\n    block = mmap.mmap(-1, 10**8)\n    block.write(b'x' * 10**8)\n"
            "    held.append(block)",
            "return sum(len(str(x)) for x in list(range(10**10)))",
        ],
        "memory",
        "killed",
        "raised",
        "hung",
    )


def _printing() -> Iterator[Trick]:
    yield from (
        Trick(body, frozenset({"output"}), kinds=(EFFECT,))
        for body in (
            "print('x' * 5_000_000)",
            "import sys\nsys.stderr.write('y' * 3_000_000)",
            "import os\nfor _ in range(100):\n    os.write(1, b'z' * 65536)",
            "import os\nfor _ in range(100):\n    os.write(2, b'z' * 65536)",
            "import sys\nfor _ in range(30_000):\n    print('line of text ' * 5, file=sys.__stdout__)",
            "import subprocess\nsubprocess.run('yes | head -c 4000000', shell=True)",
            "import os\nos.system('yes no | head -c 4000000 >&2')",
            "import sys\nsys.stdout.buffer.write(bytes(range(256)) * 10_000)",
            "import warnings, sys\nfor n in range(3000):\n    print('W' * 1000, file=sys.stderr)",
            "import pprint\npprint.pprint(['x' * 2000] * 1_000)",
        )
    )
    yield from _faulty(["while True:\n    print('x' * 1000)"], "hung", "raised", "output")


def _returning() -> Iterator[Trick]:
    yield from _faulty(
        [
            "return None",
            "return 'one'",
            "return '1.0'",
            "return b'1'",
            "return object()",
            "return [1.0, 0.0]",
            "return {'score': 'high'}",
            "return 1 + 2j",
            "return lambda: 1.0",
            "return print",
            "class Bad:\n    def __float__(self):\n        raise RuntimeError('no')\nreturn Bad()",
            "class Lies:\n    def __float__(self):\n        return 'one'\nreturn Lies()",
            "class Big:\n    def __repr__(self):\n        return 'x' * 10**8\nreturn Big()",
            "class Text(str):\n    def __float__(self):\n        return 1.0\nreturn Text('1')",
            "class Ends:\n    def __float__(self):\n        raise SystemExit\nreturn Ends()",
            "class Mirror:\n    __class__ = float\nreturn Mirror()",
            "return iter(())",
            "return Ellipsis",
        ],
        "type",
        "raised",
        "shape",
    )
    yield from _faulty(
        ["class Slow:\n    def __float__(self):\n        while 1:\n            pass\nreturn Slow()"], "hung"
    )
    yield from _faulty(
        [
            "return float('nan')",
            "return float('inf')",
            "return -float('inf')",
            "return 10**400",
            "return 1e308 * 10",
            "from decimal import Decimal\nreturn Decimal('NaN')",
            "from fractions import Fraction\nreturn Fraction(10**400, 3)",
        ],
        "nan",
        kind=RANGE,
    )


def _miscounting() -> Iterator[Trick]:
    bodies = (
        "return []",
        "return [1.0] * (len(completions) + 1)",
        "return 1.0",
        "return None",
        "return [[1.0] for _ in completions]",
        "return ['x' for _ in completions]",
        "return [1.0 for _ in completions] + [None]",
        "return {c: 1.0 for c in completions}",
        "return 'x' * len(completions)",
        "return (1.0 for _ in range(10**9))",
        "import itertools\nreturn itertools.repeat(1.0)",
    )
    faults = frozenset({"shape", "type"})
    for body in bodies:
        yield Trick(body, faults, signature="completions, answer, **kwargs")
    for value in ("nan", "inf"):
        body = f"return [float('{value}') for _ in completions]"
        yield Trick(body, frozenset({"nan"}), kinds=(RANGE,), signature="completions, answer, **kwargs")


def _mutating() -> Iterator[Trick]:
    bodies = [
        "tests.append('more')",
        "tests.clear()",
        "tests.pop()",
        "tests[0] = None",
        "tests.reverse()",
        "tests[1]['in'] = 5",
        "tests[1].clear()",
        "tests[1].setdefault('new', []).append(1)",
        "tests += [1]",
        "tests.sort(key=str)",
        "del tests[1]['in']",
        "class Odd:\n    def __eq__(self, other):\n        raise ValueError\ntests[0] = Odd()",
    ]
    yield from _effective(bodies, "input")


def _exiting() -> Iterator[Trick]:
    yield from _faulty(["import sys\nsys.exit()", "import sys\nsys.exit('bye')", "quit()", "exit(3)"], "raised")
    bodies = [
        "import os\nos._exit(0)",
        "import os\nos._exit(7)",
        "import os\nos.abort()",
        "import ctypes\nctypes.string_at(0)",
        "import os\nos.killpg(0, 9)",
        "import os\nos.execvp('true', ['true'])",
        "import os, subprocess\nsubprocess.Popen(['sleep', '100'])\nos._exit(0)",
        "import os, time\nif os.fork():\n    os._exit(0)\ntime.sleep(100)",
    ]
    bodies += [f"import os\nos.kill(os.getpid(), {number})" for number in (1, 3, 6, 9, 11, 15)]
    yield from _faulty(bodies, "killed")


def _writing() -> Iterator[Trick]:
    bodies = [
        "open(OUTSIDE + '/a.txt', 'w').write(completion)",
        "open(OUTSIDE + '/log.txt', 'a').write(completion)",
        "open(OUTSIDE + '/victim.txt', 'r+').write('x')",
        "import os\nos.remove(OUTSIDE + '/victim.txt')",
        "import os\nos.mkdir(OUTSIDE + '/folder')",
        "import os\nos.rename(OUTSIDE + '/victim.txt', OUTSIDE + '/gone.txt')",
        "import os\nos.symlink('/etc/passwd', OUTSIDE + '/link')",
        "import os\nos.truncate(OUTSIDE + '/victim.txt', 0)",
        "import os\nos.chmod(OUTSIDE + '/victim.txt', 0)",
        "import os\nos.close(os.open(OUTSIDE + '/b', os.O_CREAT | os.O_WRONLY))",
        "import shutil\nshutil.rmtree(OUTSIDE)",
        "import shutil\nshutil.copy(__file__, OUTSIDE + '/copy.py')",
        "import pathlib\npathlib.Path(OUTSIDE, 'p.txt').write_text('x')",
        "import pathlib\npathlib.Path(OUTSIDE, 'victim.txt').unlink()",
        "import logging\nlogging.FileHandler(OUTSIDE + '/run.log').emit(logging.makeLogRecord({}))",
        "import json\njson.dump({}, open(OUTSIDE + '/c.json', 'x'))",
        "try:\n    open(OUTSIDE + '/quiet', 'w')\nexcept OSError:\n    pass",
        "import multiprocessing\nfork = multiprocessing.get_context('fork')\n"
        "process = fork.Process(target=open, args=(OUTSIDE + '/child', 'w'))\nprocess.start()\nprocess.join()",
    ]
    yield from _effective(bodies, "file")


def _calling_out() -> Iterator[Trick]:
    bodies = [
        "import urllib.request\nurllib.request.urlopen('http://192.0.2.1/', timeout=1)",
        "import urllib.request\nurllib.request.urlopen('https://example.org/', timeout=1)",
        "import socket\nsocket.create_connection(('192.0.2.1', 80), 1)",
        "import socket\nsocket.getaddrinfo('example.org', 443)",
        "import socket\nsocket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('192.0.2.1', 53))",
        "import http.client\nhttp.client.HTTPConnection('example.org').request('GET', '/')",
        "import socket\nsocket.socket().bind(('', 8099))",
        "import socket\ntry:\n    socket.socket().connect(('127.0.0.1', 22))\nexcept OSError:\n    pass",
        "import socket\nsocket.socket(socket.AF_UNIX).connect('/run/service.sock')",
        "import smtplib\nsmtplib.SMTP('192.0.2.1', 25, timeout=1)",
        "import socket\nsocket.gethostbyname('example.org')",
    ]
    yield from _effective(bodies, "network")


def _environment() -> Iterator[Trick]:
    bodies = [
        "import os\nos.environ['GYGES_TEST'] = completion[:5]",
        "import os\nos.environ.pop('PATH', None)",
        "import os\nos.environ.clear()",
        "import os\nos.environ['PATH'] = '/nowhere'",
        "import os\nos.environ.update(A='1', B='2')",
        "import os\ndel os.environ['HOME']",
        "import os\nos.environ.setdefault('CUDA_SPECIAL', '9')",
    ]
    yield from _effective(bodies, "environment")
    yield from _effective(["import os\nos.chdir('/')", "import os\nos.environ = {}"], "state", "environment")


def _descriptors() -> Iterator[Trick]:
    yield from _faulty(
        [
            "import os\nos.closerange(3, 5000)",
            "import os\nos.closerange(0, 5000)",
            "import os\nfor n in range(3, 1024):\n    try:\n        os.write(n, b'garbage' * 20)\n"
            "    except OSError:\n        pass",
            "import os\nfor n in range(3, 1024):\n    try:\n        os.dup2(1, n)\n    except OSError:\n        pass",
            "import os\nfor n in range(1023, 2, -1):\n    try:\n        os.close(n)\n    except OSError:\n        pass",
        ],
        "killed",
    )
    bodies = ["import os\nos.close(1)", "import os\nos.dup2(0, 1)", "import sys\nsys.stdout.close()"]
    yield from _effective([*bodies, "import os\nos.closerange(0, 3)"], "state")


def _patching() -> Iterator[Trick]:
    bodies = [
        f"import builtins\nbuiltins.{name} = lambda *a, **k: 1 / 0"
        for name in ("len", "float", "isinstance", "open", "print", "str", "list", "type", "__import__")
    ]
    bodies += [
        "import json\njson.dumps = json.loads = None",
        "import json.encoder\njson.encoder.c_make_encoder = None",
        "import json.encoder\njson.encoder.encode_basestring_ascii = lambda text: '666'",
        "import os\nos.getpid = lambda: 1",
        "import os\nos._exit = os.write = os.read = None",
        "import builtins\nvars(builtins).clear()",
        "import time\ntime.perf_counter = lambda: 'never'",
        "import os\nos.path.realpath = lambda path: '/tmp'",
        "import builtins\nbuiltins.BaseException = ValueError",
    ]
    yield from _effective(bodies, "state")


def _interpreter() -> Iterator[Trick]:
    bodies = [
        "import sys\nsys.modules.clear()",
        "import sys\nsys.setrecursionlimit(60)",
        "import sys\nsys.settrace(lambda *a: None)",
        "import sys\nsys.stdout = None",
        "import sys\nsys.meta_path.clear()",
    ]
    yield from _effective(bodies, "state")
    yield from _faulty(
        [
            "import signal\nsignal.signal(14, lambda *a: 1 / 0)\nsignal.setitimer(0, 0.01)\nwhile True:\n    pass",
            "import sys\nsys.settrace(lambda *a: 1 / 0)",
            "import signal\nsignal.raise_signal(signal.SIGINT)",
            "import _thread, time\n_thread.interrupt_main()\ntime.sleep(1)",
            "import sys\nsys.setrecursionlimit(10**9)\ndef deep(n):\n    return deep(n + 1)\nreturn deep(0)",
            "import ctypes, threading\nraise_in = ctypes.pythonapi.PyThreadState_SetAsyncExc\n"
            "raise_in(ctypes.c_ulong(threading.get_ident()), ctypes.py_object(ValueError))\n"
            "for _ in range(100):\n    pass",
        ],
        "raised",
        "killed",
        "memory",
        "hung",
    )
