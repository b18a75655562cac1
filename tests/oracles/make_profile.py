"""Writes profile.json: what pandas, NumPy and SciPy say about three tables of tests/data.

    python3 make_profile.py FOLDER      # numpy 2.4, pandas 2.3, scipy 1.17
"""

import json
import sys
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.stats import chi2_contingency, entropy, linregress, spearmanr

HERE = Path(__file__).parent
PAIRS = {
    "titanic": [("age", "fare"), ("class", "fare"), ("deck", "age"), ("sex", "deck"), ("sibsp", "parch")],
    "california-housing": [("median_income", "median_house_value"), ("ocean_proximity", "median_house_value")],
    "penguins": [("bill_length_mm", "body_mass_g"), ("species", "body_mass_g"), ("species", "island")],
}
QUANTILES = [0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99]


def is_number(column):
    return column.dtype.kind in "if"


def ends(column, ascending):
    """The five first different values, with the rows that have each, and the first of those rows."""
    counts = column.value_counts().sort_index(ascending=ascending)
    return [[float(v), int(n), int((column == v).to_numpy().argmax())] for v, n in counts.head(5).items()]


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
        "kurtosis": float(present.kurt()),
        "n_zeros": int((present == 0).sum()),
        "n_negative": int((present < 0).sum()),
        "smallest": ends(column, ascending=True),
        "largest": ends(column, ascending=False),
        "quantiles": [float(q) for q in np.quantile(present, QUANTILES)],
    }


def levels(column):
    counts = column.dropna().astype(str).value_counts()
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    lengths, shares = column.dropna().astype(str).str.len(), counts.to_numpy() / counts.sum()
    return {
        "n_missing": int(column.isna().sum()),
        "levels": [[k, int(n)] for k, n in ordered],
        "lengths": [int(lengths.min()), int(lengths.max()), float(lengths.mean())],
        "imbalance": float(1 - entropy(shares, base=2) / np.log2(len(shares))) if len(shares) > 1 else None,
    }


def missing(table):
    """Which columns are missing together: patterns by rows, and the correlation of being missing."""
    gaps = table.isna().loc[:, table.isna().any()]
    patterns = gaps.groupby(list(gaps)).size() if len(gaps.columns) else pd.Series(dtype=int)
    listed = [[[i for i, gap in enumerate(np.atleast_1d(key)) if gap], int(n)] for key, n in patterns.items()]
    return {
        "columns": list(gaps),
        "patterns": sorted(listed, key=lambda item: (-item[1], item[0])),
        "together": [float(r) for r in gaps.astype(float).corr().to_numpy().ravel()],
    }


def pair(a, b):
    """Least squares, Spearman and box statistics (whiskers by Tukey) of two columns."""
    both = a.notna() & b.notna()
    a, b = a[both], b[both]
    if is_number(a) and is_number(b):
        line = linregress(a, b)
        return {
            "n": len(a), "slope": line.slope, "intercept": line.intercept, "pearson": line.rvalue,
            "spearman": float(spearmanr(a, b).statistic),
        }
    if is_number(b):
        return {"n": len(a), "boxes": {str(k): box(v) for k, v in b.groupby(a.astype(str))}}
    counts = pd.crosstab(a.astype(str), b.astype(str))
    return {"n": len(a), "counts": [[x, y, int(counts.loc[x, y])] for x in counts.index for y in counts.columns]}


def box(values):
    q1, median, q3 = np.quantile(values, [0.25, 0.5, 0.75])
    reach = 1.5 * (q3 - q1)
    inside = values[(values >= q1 - reach) & (values <= q3 + reach)]
    return {
        "n": len(values), "mean": float(values.mean()), "q1": float(q1), "median": float(median), "q3": float(q3),
        "low": float(inside.min()), "high": float(inside.max()), "n_outliers": int(len(values) - len(inside)),
    }


def cramers_v(a, b):
    """Bergsma, 'A bias-correction for Cramér's V and Tschuprow's T', 2013."""
    table = pd.crosstab(a, b).to_numpy()
    n, (r, k) = table.sum(), table.shape
    phi2 = chi2_contingency(table, correction=False).statistic / n
    phi2 = max(0.0, phi2 - (k - 1) * (r - 1) / (n - 1))
    r, k = r - (r - 1) ** 2 / (n - 1), k - (k - 1) ** 2 / (n - 1)
    return float(np.sqrt(phi2 / (min(k, r) - 1)))


def correlation_ratio(numbers, groups):
    """Epsilon-squared, less biased than eta-squared: Kelley, 'An unbiased correlation ratio measure', 1935."""
    means = numbers.groupby(groups).transform("mean")
    eta2 = ((means - numbers.mean()) ** 2).sum() / ((numbers - numbers.mean()) ** 2).sum()
    n, k = len(numbers), groups.nunique()
    return float(np.sqrt(max(0.0, 1 - (1 - eta2) * (n - 1) / (n - k))))


def association(a, b):
    both = a.notna() & b.notna()
    a, b = a[both], b[both]
    if len(a) < 20:
        return 0.0
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
        "missing": missing(table),
        "pearson": [
            [a, b, float(table[a].corr(table[b]))]
            for a, b in combinations([c for c in table if is_number(table[c])], 2)
        ],
        "pairs": [[a, b, pair(table[a], table[b])] for a, b in PAIRS[name]],
        "associations": [[a, b, association(table[a], table[b])] for a, b in combinations(table, 2)],
    }


if __name__ == "__main__":
    facts = {name: describe(name) for name in ["titanic", "california-housing", "penguins"]}
    (Path(sys.argv[1]) / "profile.json").write_text(json.dumps(facts, indent=1) + "\n")
