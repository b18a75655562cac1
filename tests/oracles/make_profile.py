"""Writes profile.json: what pandas, NumPy and SciPy say about three tables of tests/data.

    python3 make_profile.py FOLDER      # numpy 2.4, pandas 2.3, scipy 1.17
"""

import json
import sys
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.stats import chi2_contingency, spearmanr

HERE = Path(__file__).parent
QUANTILES = [0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99]


def is_number(column):
    return column.dtype.kind in "if"


def summary(column):
    present = column.dropna()
    return {
        "n_missing": int(column.isna().sum()),
        "n_distinct": int(column.nunique()),
        "min": float(present.min()),
        "max": float(present.max()),
        "mean": float(present.mean()),
        "std": float(present.std()),
        "skewness": float(present.skew()),
        "n_zeros": int((present == 0).sum()),
        "quantiles": [float(q) for q in np.quantile(present, QUANTILES)],
    }


def levels(column):
    counts = column.dropna().astype(str).value_counts()
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return {"n_missing": int(column.isna().sum()), "levels": [[k, int(n)] for k, n in ordered]}


def cramers_v(a, b):
    """Bergsma, 'A bias-correction for Cramér's V and Tschuprow's T', 2013."""
    table = pd.crosstab(a, b).to_numpy()
    n, (r, k) = table.sum(), table.shape
    phi2 = chi2_contingency(table, correction=False).statistic / n
    phi2 = max(0.0, phi2 - (k - 1) * (r - 1) / (n - 1))
    r, k = r - (r - 1) ** 2 / (n - 1), k - (k - 1) ** 2 / (n - 1)
    return float(np.sqrt(phi2 / (min(k, r) - 1)))


def correlation_ratio(numbers, groups):
    means = numbers.groupby(groups).transform("mean")
    return float(np.sqrt(((means - numbers.mean()) ** 2).sum() / ((numbers - numbers.mean()) ** 2).sum()))


def association(a, b):
    both = a.notna() & b.notna()
    a, b = a[both], b[both]
    if is_number(a) and is_number(b):
        return float(spearmanr(a, b).statistic)
    if is_number(a):
        return correlation_ratio(a, b)
    if is_number(b):
        return correlation_ratio(b, a)
    return cramers_v(a, b)


def describe(name):
    table = pd.read_csv(HERE.parent / "data" / f"{name}.csv")
    return {
        "n_rows": len(table),
        "n_duplicate_rows": int(table.duplicated().sum()),
        "missing_share": float(table.isna().to_numpy().mean()),
        "numbers": {c: summary(table[c]) for c in table if is_number(table[c])},
        "levels": {c: levels(table[c]) for c in table if not is_number(table[c])},
        "associations": [[a, b, association(table[a], table[b])] for a, b in combinations(table, 2)],
    }


if __name__ == "__main__":
    facts = {name: describe(name) for name in ["titanic", "california-housing", "penguins"]}
    (Path(sys.argv[1]) / "profile.json").write_text(json.dumps(facts, indent=1) + "\n")
