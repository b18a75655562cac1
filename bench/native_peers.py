"""Times what a user would pick instead, natively, and prints one JSON line a measurement.

    python native_peers.py csv|gbt|forest|logistic FILE PEER...

csv: polars, duckdb, pandas read the file into memory. gbt (100 trees of 31 leaves), forest (100 trees to depth 12) and logistic
(regression, by lbfgs) learn the last column from the first four fifths of the rows, from arrays in memory, and score the rest. One
thread each if the environment says so (`cargo xtask bench` does). `peak_bytes` is the most memory that this process has held since it
started, so that it is one peer's only where one is asked for.
"""

import json
import sys
import time


def say(**row):
    print(json.dumps(row), flush=True)


def peak_bytes():
    """The most memory that this process has held; none where the system does not say."""
    try:
        with open("/proc/self/status", encoding="ascii") as status:
            held = [line.split()[1] for line in status if line.startswith("VmHWM:")]
    except OSError:
        return None
    return int(held[0]) * 1024 if held else None


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


def gbt_lightgbm():
    import lightgbm

    given = {"objective": "binary", "num_threads": 1, "verbose": -1, "force_col_wise": True, "num_leaves": 31, "learning_rate": 0.1}
    return lambda x, y: lightgbm.train(given, lightgbm.Dataset(x, y), 100), lambda model, x: model.predict(x)


def gbt_xgboost():
    import xgboost

    given = {"objective": "binary:logistic", "tree_method": "hist", "grow_policy": "lossguide", "max_leaves": 31, "max_depth": 0,
             "eta": 0.1, "nthread": 1}
    return lambda x, y: xgboost.train(given, xgboost.DMatrix(x, y), 100), lambda model, x: model.predict(xgboost.DMatrix(x))


def gbt_sklearn():
    from sklearn.ensemble import HistGradientBoostingClassifier

    return (lambda x, y: HistGradientBoostingClassifier(max_iter=100, early_stopping=False).fit(x, y),
            lambda model, x: model.predict_proba(x)[:, 1])


def forest_sklearn():
    from sklearn.ensemble import RandomForestClassifier

    return (lambda x, y: RandomForestClassifier(100, max_depth=12, n_jobs=1, random_state=0).fit(x, y),
            lambda model, x: model.predict_proba(x)[:, 1])


def logistic_sklearn():
    from sklearn.linear_model import LogisticRegression

    return lambda x, y: LogisticRegression(max_iter=200).fit(x, y), lambda model, x: model.predict_proba(x)[:, 1]


def rows(path):
    """Features and target to learn from, and to score."""
    import pandas

    frame = pandas.read_csv(path)
    target = frame.pop(frame.columns[-1]).to_numpy()
    cells = frame.to_numpy()
    cut = len(cells) * 4 // 5
    return cells[:cut], target[:cut], cells[cut:], target[cut:]


def train(work, path, peers):
    from sklearn.metrics import roc_auc_score

    x, y, new_x, new_y = rows(path)
    for peer in peers:
        fit, score = globals()[f"{work}_{peer}"]()
        seconds, model = clock(lambda: fit(x, y))
        score_seconds, scores = clock(lambda: score(model, new_x))
        peak = peak_bytes()
        say(work=work, engine=peer, place="native", seconds=seconds, score_rows_per_second=round(len(new_x) / score_seconds),
            auc=round(float(roc_auc_score(new_y, scores)), 5), peak_bytes=peak)


if __name__ == "__main__":
    work, path, *peers = sys.argv[1:]
    if work == "csv":
        for peer in peers:
            seconds, _ = clock(globals()[peer](path))
            say(work=work, engine=peer, place="native", seconds=seconds)
    else:
        train(work, path, peers)
