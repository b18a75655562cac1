"""Spark with the folder that `tabwright export --to spark` writes, by plain `PipelineModel.load`."""

from pyspark.ml import PipelineModel

from engines import _spark

NAME = "Spark"


def refuses(case):
    """Everything in these tables can be said in Spark SQL."""
    return None


def score(case):
    """All rows in one data frame."""
    folder = case.folder / "model"
    case.run(["export", case.bundle, "--to", "spark", "--out", folder])
    rows = _spark.frame(case)
    return _spark.collect(case, PipelineModel.load(folder.as_uri()).transform(rows))
