"""Spark SQL with the query that `tabwright export --to sql --dialect spark` writes."""

from engines import _spark

NAME = "Spark SQL"
# Spark plans large queries for minutes.
MAX_SPLITS = 200


def refuses(case):
    """What the command refuses too."""
    return "more splits than a query takes: Spark's own model takes them" if case.n_splits > MAX_SPLITS else None


def score(case):
    """The raw rows as a view."""
    file = case.folder / "model.sql"
    case.run(["export", case.bundle, "--to", "sql", "--dialect", "spark", "--out", file])
    _spark.frame(case).createOrReplaceTempView("input")
    return _spark.collect(case, _spark.session().sql(file.read_text("utf-8")))
