"""One answer on every engine.

    suite.py TABWRIGHT DATA SCRATCH [--full] [--engine NAME ...] [--case TABLE-ALGORITHM ...]

For each table and algorithm: trains a bundle with the command TABWRIGHT, scores rows with holes by it, then by each engine in
`engines/`, and compares every number. Trees: no bit of a margin differs. Linear models' margins, and all probabilities: at most
4 ulp. Labels: all equal. Prints how much was compared, and ends with `N passed, N failed`; a refusal is printed and is no pass.
"""

import argparse
import importlib
import pkgutil
import sys
import time
import traceback
from pathlib import Path

import engines
from case import ALGORITHMS, TABLES, Case
from compare import Difference, compare

# Each kind of target with each kind of predictor, within some minutes.
QUICK = [
    "titanic-baseline",
    "titanic-linear",
    "titanic-tree",
    "titanic-gbt",
    "penguins-linear",
    "penguins-forest",
    "penguins-gbt",
    "california-housing-linear",
    "california-housing-gbt",
    "adult-gbt",
    "diamonds-tree",
    "taxis-linear",
    "taxis-gbt",
]
QUICK_ROWS, ALL_ROWS = 400, 3000


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("tabwright", type=Path)
    arguments.add_argument("data", type=Path)
    arguments.add_argument("scratch", type=Path)
    arguments.add_argument("--full", action="store_true", help="every table with every algorithm, and more rows")
    arguments.add_argument("--engine", action="append", help="a module of engines/; all if none is given")
    arguments.add_argument("--case", action="append", help="TABLE-ALGORITHM; the quick or the full list if none is given")
    args = arguments.parse_args()
    everything = [f"{table}-{algorithm}" for table in TABLES for algorithm in ALGORITHMS]
    names = args.case or (everything if args.full else QUICK)
    known = sorted(module.name for module in pkgutil.iter_modules(engines.__path__) if not module.name.startswith("_"))
    modules = [importlib.import_module(f"engines.{name}") for name in args.engine or known]
    n_passed = n_failed = 0
    totals = {module.NAME: Difference() for module in modules}
    for name in names:
        case = Case(name, args.tabwright, args.data, args.scratch / name, ALL_ROWS if args.full else QUICK_ROWS)
        for module in modules:
            outcome = run(case, module, totals[module.NAME])
            n_passed += outcome is True
            n_failed += outcome is False
    print()
    for engine, total in totals.items():
        print(f"{engine}: {total}")
    print(f"\n{n_passed} passed, {n_failed} failed")
    sys.exit(n_failed > 0 or n_passed == 0)


def run(case, module, total):
    """Whether an engine agrees in a case; none if it refuses the case."""
    title = f"{case.name}, {module.NAME}"
    if reason := module.refuses(case):
        print(f"{title}: not asked: {reason}", flush=True)
        return None
    start = time.monotonic()
    try:
        case.folder = case.scratch / module.__name__.rpartition(".")[2]
        case.folder.mkdir(parents=True)
        difference = compare(case, module.score(case))
    except Exception:  # One engine's failure must not hide what the others say.
        print(f"{title}: FAILED\n{traceback.format_exc()}", flush=True)
        return False
    total.add(difference)
    verdict = "ok" if difference.is_within_bounds else "FAILED"
    print(f"{title}: {verdict}, {difference}, {time.monotonic() - start:.1f} s", flush=True)
    for example in difference.examples:
        print(f"  {example}", flush=True)
    return difference.is_within_bounds


if __name__ == "__main__":
    main()
