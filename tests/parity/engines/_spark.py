"""One Spark for all cases, in this process."""

import functools
import os

from pyspark.sql import SparkSession, types

os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")

NUMBER = "row_number"


@functools.cache
def session():
    """Spark in local mode, on one core."""
    settings = {
        "spark.ui.enabled": "false",
        "spark.sql.shuffle.partitions": "1",
        "spark.ui.showConsoleProgress": "false",
        "spark.driver.memory": "2g",
    }
    builder = SparkSession.builder.master("local[1]").appName("parity")
    for key, value in settings.items():
        builder = builder.config(key, value)
    spark = builder.getOrCreate()
    spark.sparkContext.setLogLevel("ERROR")
    return spark


def frame(case):
    """The raw rows: numbers as doubles, all else as texts, and the rows' numbers."""
    fields = [
        types.StructField(name, types.DoubleType() if kind in ("integer", "decimal") else types.StringType())
        for name, kind in case.kinds.items()
    ]
    fields.append(types.StructField(NUMBER, types.IntegerType()))
    rows = [(*(row[name] for name in case.kinds), number) for number, row in enumerate(case.raw)]
    return session().createDataFrame(rows, types.StructType(fields))


def collect(case, scored):
    """The columns of scores, in the rows' order."""
    columns = [NUMBER, *case.expected]
    rows = sorted(tuple(row) for row in scored.select(*(f"`{name}`" for name in columns)).collect())
    return {name: [row[at] for row in rows] for at, name in enumerate(columns) if name != NUMBER}
