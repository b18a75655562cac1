"""Times what a user would pick instead, natively, and prints one JSON line a measurement.

    python native_peers.py csv FILE PEER...

csv: polars, duckdb, pandas read the file into memory. One thread each if the environment says so (`cargo xtask bench` does).
"""

import json
import sys
import time


def say(**row):
    print(json.dumps(row), flush=True)


def clock(f):
    start = time.perf_counter()
    out = f()
    return time.perf_counter() - start, out


def polars(path):
    import polars

    return lambda: polars.read_csv(path, try_parse_dates=True)


def duckdb(path):
    import duckdb

    duckdb.sql("set threads = 1")
    return lambda: duckdb.sql(f"create or replace temp table t as select * from read_csv('{path}')")


def pandas(path):
    import pandas

    return lambda: pandas.read_csv(path)


if __name__ == "__main__":
    work, path, *peers = sys.argv[1:]
    for peer in peers:
        seconds, _ = clock(globals()[peer](path))
        say(work=work, engine=peer, place="native", seconds=seconds)
