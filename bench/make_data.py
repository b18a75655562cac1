"""Writes DIR/KIND-ROWS.csv, the same bytes for the same arguments.

    python make_data.py DIR numeric|mixed ROWS...

numeric: 28 decimal features and a 0/1 target. Half of the signal is interactions, so linear models score near 0.6 AUC and
boosted trees near 0.79. mixed: days, times, quoted text with commas and line breaks, categories, whole numbers, decimals,
booleans and missing cells, as exports of a shop's orders have them.
"""

import sys

import numpy as np
import pandas as pd

D = 28


def numeric(rows: int) -> pd.DataFrame:
    r = np.random.default_rng(7)
    x = r.normal(size=(rows, D))
    x[:, 20:24] = np.exp(x[:, 20:24])
    x[:, 24:28] = np.round(x[:, 24:28] * 3)
    z = (x[:, 0] * x[:, 1] + np.sin(2 * x[:, 2]) + 0.5 * (x[:, 20] > 1.2) - 0.6 * np.abs(x[:, 3])
         + 0.3 * x[:, 24] * x[:, 5] + 0.4 * x[:, 6])
    y = (1 / (1 + np.exp(-z + 0.2)) > r.random(rows)).astype(int)
    frame = pd.DataFrame(x.round(5), columns=[f"f{i}" for i in range(D)])
    frame["target"] = y
    return frame


def mixed(rows: int) -> pd.DataFrame:
    r = np.random.default_rng(11)
    days = np.datetime64("2021-01-01") + r.integers(0, 1400, rows).astype("timedelta64[D]")
    seconds = r.integers(0, 86_400, rows).astype("timedelta64[s]")
    words = np.array("late gift fragile signature leave-at-door morning second-floor bell weekend cold urgent refund".split())
    notes = [f'{a}, {b}\n"{c}"' if k else "" for a, b, c, k in
             zip(*(words[r.integers(0, len(words), rows)] for _ in range(3)), r.random(rows) < 0.6)]
    price = np.round(np.exp(r.normal(3, 1, rows)), 2)
    units = r.integers(1, 9, rows)
    frame = pd.DataFrame({
        "order": [f"A{n:09d}" for n in range(rows)],
        "day": days.astype(str),
        "placed": (days.astype("datetime64[s]") + seconds).astype(str),
        "country": r.choice(["DE", "FR", "GB", "US", "NL", "PL"], rows, p=[.3, .2, .2, .15, .1, .05]),
        "city": np.char.add("City ", r.integers(1, 800, rows).astype(str)),
        "channel": r.choice(["web", "app", "phone"], rows, p=[.6, .35, .05]),
        "units": units,
        "price": price,
        "discount": np.where(r.random(rows) < 0.3, np.round(r.random(rows) * 0.4, 3), np.nan),
        "weight_kg": np.round(r.gamma(2, 1.5, rows), 3),
        "note": notes,
        "is_member": r.choice(["true", "false"], rows),
        "returned": np.where(r.random(rows) < 1 / (1 + np.exp(3 - 0.02 * price - 0.2 * units)), "yes", "no"),
    })
    frame.loc[r.random(rows) < 0.04, "weight_kg"] = np.nan
    frame.loc[r.random(rows) < 0.02, "city"] = None
    return frame


if __name__ == "__main__":
    folder, kind, *sizes = sys.argv[1:]
    for rows in map(int, sizes):
        {"numeric": numeric, "mixed": mixed}[kind](rows).to_csv(f"{folder}/{kind}-{rows}.csv", index=False)
