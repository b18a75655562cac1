"""Spark's Structured Streaming, by the job of `spark/score.py`: files of texts as they come."""

import csv
import importlib.util
from pathlib import Path

from engines import _spark

NAME = "Spark, streaming"
JOB = Path(__file__).parents[3] / "spark" / "score.py"


def refuses(case):
    """The stages are those of the batch: one model a task shows that they stream."""
    return None if case.name in ("titanic-gbt", "penguins-gbt", "california-housing-gbt") else "its stages were asked in a batch"


def score(case):
    """The rows in two files, which the job finds."""
    model, rows, scores = case.folder / "model", case.folder / "rows", case.folder / "scores"
    case.run(["export", case.bundle, "--to", "spark", "--out", model])
    rows.mkdir()
    half = len(case.raw) // 2
    for part, numbers in enumerate([range(half), range(half, len(case.raw))]):
        with open(rows / f"{part}.csv", "w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, [*case.raw[0], _spark.NUMBER])
            writer.writeheader()
            writer.writerows({**case.raw[number], _spark.NUMBER: number} for number in numbers)
    _spark.session()
    spec = importlib.util.spec_from_file_location("score", JOB)
    job = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(job)
    job.main([model.as_uri(), str(rows), str(scores), "--keep", _spark.NUMBER, "--stream", str(case.folder / "done"), "--once"])
    scored = _spark.session().read.parquet(str(scores))
    return _spark.collect(case, scored.withColumn(_spark.NUMBER, scored[_spark.NUMBER].cast("int")))
