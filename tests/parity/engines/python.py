"""The file of plain Python that `tabwright export --to python` writes."""

import subprocess
import sys

NAME = "plain Python"


def refuses(case):
    """Python reads all of a file before it starts."""
    return "more splits than a file takes" if case.n_splits > 200_000 else None


def score(case):
    """Runs the file on the CSV itself: it reads it as the command does."""
    file = case.folder / "model.py"
    case.run(["export", case.bundle, "--to", "python", "--out", file])
    done = subprocess.run([sys.executable, file, case.rows], capture_output=True, text=True, check=True)
    return case.columns(done.stdout)
