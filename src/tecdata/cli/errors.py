"""The last line of defence: every error leaves as a message and an exit code, never a traceback."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from tecdata.errors import TecdataError

__all__ = ["guarded"]

_UNUSABLE = 2

_ADVICE = dict.fromkeys(
    (errno.EACCES, errno.EPERM, errno.EROFS), ". Name another folder: --out DIR"
)
_ADVICE |= dict.fromkeys(
    (errno.ENOSPC, errno.EDQUOT),
    ". Free some space, or name another folder: --out DIR",
)


def guarded(command: click.Command, arguments: Sequence[str]) -> int:
    """Run a command and turn whatever happens into an exit code.

    An error nobody foresaw is named by its type and place only: its text could quote a patient's
    value. ``TECDATA_DEBUG=1`` lets the traceback through, for use on data that may be seen.
    """
    try:
        code = command.main(args=list(arguments), prog_name="tecdata", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("Stopped.", err=True)
        return 130
    except TecdataError as error:
        _tell(error, arguments)
        return _UNUSABLE
    except BrokenPipeError:
        # The reader of our output went away (a pager was quit): not an error of ours.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        place = f": {error.filename}" if error.filename else ""
        advice = _ADVICE.get(error.errno or 0, "")
        click.echo(f"Error: {error.strerror or 'input/output error'}{place}{advice}", err=True)
        return _UNUSABLE
    except Exception as error:
        if os.environ.get("TECDATA_DEBUG") == "1":
            raise
        click.echo(_unforeseen(error), err=True)
        return _UNUSABLE
    return code if isinstance(code, int) else 0


def _tell(error: TecdataError, arguments: Sequence[str]) -> None:
    """Print an error for a person, and as JSON where that was asked for."""
    if "--json" in arguments:
        import json

        click.echo(
            json.dumps({"error": type(error).__name__, "message": str(error)}, ensure_ascii=False)
        )
    click.echo(f"{type(error).__name__}: {error}", err=True)


def _unforeseen(error: Exception) -> str:
    """What is said of an error nobody foresaw: its kind and place, never its text."""
    trace = error.__traceback__
    place = "?"
    while trace is not None:
        code = trace.tb_frame.f_code
        if f"tecdata{os.sep}" in code.co_filename:
            place = f"{Path(code.co_filename).name}:{trace.tb_lineno} in {code.co_name}"
        trace = trace.tb_next
    return (
        f"Internal error ({type(error).__name__}) at {place}. Its text is withheld, it could hold "
        "a patient's value. Please report it with this line; TECDATA_DEBUG=1 shows the traceback."
    )
