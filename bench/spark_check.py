"""Compares what Spark's job wrote with what `tabwright score` wrote, bit by bit, in any order of rows.

    spark_check.py SCORES.csv FOLDER KEPT,KEPT

The columns that are kept are numbers, and tell the rows apart.
"""

import json
import sys

import pandas

LABEL = "prediction"


def main():
    expected, found, kept = sys.argv[1], sys.argv[2], sys.argv[3].split(",")
    ours = pandas.read_csv(expected, dtype={LABEL: str}, float_precision="round_trip").drop(columns="row")
    theirs = pandas.read_parquet(found)[list(ours.columns)]
    # Spark kept the file's text, which may write a number in another way.
    theirs = theirs.astype({name: float for name in kept} | {LABEL: str})
    numbers = [name for name in ours.columns if name not in (*kept, LABEL)]
    ours, theirs = (in_order(frame, kept, numbers) for frame in (ours, theirs))
    if len(ours) != len(theirs) or not ours[[*kept, LABEL]].equals(theirs[[*kept, LABEL]]):
        sys.exit("the rows or the labels are not the same")
    differ = sum(int((ours[name].to_numpy().view("i8") != theirs[name].to_numpy().view("i8")).sum()) for name in numbers)
    print(json.dumps({"rows": len(ours), "numbers": len(ours) * len(numbers), "differing": differ}))


def in_order(frame, kept, numbers):
    """Rows in an order that only their own cells decide."""
    return frame.sort_values([*kept, *numbers]).reset_index(drop=True)


main()
