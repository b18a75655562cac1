"""Scores a data set with a Tabwright model on Spark: one batch, or files as they come.

    spark-submit score.py MODEL INPUT OUTPUT [--format csv|parquet|json] [--keep A,B] [--stream CHECKPOINT [--once]]

MODEL is the folder that `tabwright export BUNDLE --to spark` wrote. INPUT and OUTPUT are paths that Spark knows (a folder, hdfs://…,
s3a://…); OUTPUT gets Parquet files with the columns to keep (all if none are named), prediction, score and p_<class>. With --stream,
files that appear in INPUT are scored as they come, until the job is stopped; CHECKPOINT is where Spark keeps what it has done. With
--once besides, the files that are new since the last run are scored, and the job ends.
"""

import argparse
import sys

from pyspark.ml import PipelineModel
from pyspark.sql import SparkSession

# What the model adds after the raw columns.
RESULTS = ("prediction", "score", "p_")


def main(given=None):
    """Runs the command line, or what is given instead of it."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("model")
    arguments.add_argument("input")
    arguments.add_argument("output")
    arguments.add_argument("--format", choices=["csv", "parquet", "json"], default="csv")
    arguments.add_argument("--keep", default="", help="columns to keep beside the results, separated by commas")
    arguments.add_argument("--stream", metavar="CHECKPOINT", help="score files as they come")
    arguments.add_argument("--once", action="store_true", help="with --stream: end when the new files are scored")
    args = arguments.parse_args(given)
    spark = SparkSession.builder.appName("tabwright score").getOrCreate()
    model = PipelineModel.load(args.model)
    batch = read(spark.read, args)
    if args.stream:
        # A stream needs to know its columns: those of the files that are there already.
        rows = read(spark.readStream.schema(batch.schema), args)
        scored = chosen(model.transform(rows), batch.columns, args.keep)
        out = scored.writeStream.format("parquet").option("path", args.output).option("checkpointLocation", args.stream)
        if args.once:
            out = out.trigger(availableNow=True)
        out.start().awaitTermination()
    else:
        chosen(model.transform(batch), batch.columns, args.keep).write.mode("errorifexists").parquet(args.output)


def read(reader, args):
    """The rows. Cells of a CSV stay texts: the model reads numbers itself, and takes what is none for missing."""
    if args.format == "csv":
        reader = reader.option("header", True).option("ignoreLeadingWhiteSpace", True).option("ignoreTrailingWhiteSpace", True)
    return reader.format(args.format).load(args.input)


def chosen(scored, raw, keep):
    """The columns to keep, and the results."""
    if not keep:
        return scored
    wanted = keep.split(",")
    absent = [name for name in wanted if name not in raw]
    if absent:
        sys.exit(f"there is no column {absent[0]!r} to keep; the columns are {', '.join(raw)}")
    results = [name for name in scored.columns if name not in raw and name.startswith(RESULTS)]
    return scored.select(*(f"`{name}`" for name in [*wanted, *results]))


if __name__ == "__main__":
    main()
