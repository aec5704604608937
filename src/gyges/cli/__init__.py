"""The command line: `gyges audit | run | check | list | show | sql | report`."""

import os
import sys
from collections.abc import Sequence

import typer

from gyges.cli import audit, check, list_, report, run, show, sql
from gyges.faults import Exit, Fault

_EPILOG = """
Start with: gyges run --quick, or, if you have a reward function: gyges audit FILE:NAME --tasks FILE

Exit codes: 0 done; 1 a cell failed or a check did; 2 wrong option, name or file; 3 the disk refused;
130 stopped by Ctrl-C. What the verdicts say does not change the exit code.
"""

app = typer.Typer(
    name="gyges",
    help="A laboratory for reward functions: trains agents under a reward, hands them the ring of Gyges, and "
    "measures what they do when nobody is looking (run); finds what a reward function that you have really "
    "accepts (audit).",
    epilog=_EPILOG.strip(),
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command(epilog=run.EPILOG)(run.run)
app.command(epilog=audit.EPILOG)(audit.audit)
app.command(epilog=check.EPILOG)(check.check)
app.command("list")(list_.list_)
app.command(epilog=show.EPILOG)(show.show)
app.command(epilog=sql.EPILOG)(sql.sql)
app.command(epilog=report.EPILOG)(report.report)


def main(arguments: Sequence[str] | None = None) -> None:
    """Runs the command line and exits. Mistakes of the user end in one message, not in a traceback."""
    try:
        app(args=None if arguments is None else list(arguments))
    except Fault as fault:
        print(f"gyges: {fault.message}", file=sys.stderr)
        sys.exit(int(fault.exit_code))
    except KeyboardInterrupt:
        print("gyges: stopped.", file=sys.stderr)
        sys.exit(int(Exit.INTERRUPTED))
    except BrokenPipeError:
        # Somebody who reads only the first lines (`gyges sql … | head`) has what they wanted.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(int(Exit.DONE))
