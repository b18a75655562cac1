"""Writes metrics.json: what scikit-learn 1.9.1 and SciPy 1.17.1 say of small tables that hold ties, rare classes and near-certainties.

    python make_metrics.py FOLDER
"""

import json
import sys
from pathlib import Path

import numpy as np
from scipy.special import kolmogorov
from scipy.stats import chi2, chi2_contingency, ks_2samp, norm, t
from sklearn.calibration import calibration_curve
from sklearn.metrics import (
    accuracy_score,
    average_precision_score,
    confusion_matrix,
    f1_score,
    log_loss,
    matthews_corrcoef,
    mean_absolute_error,
    r2_score,
    roc_auc_score,
    root_mean_squared_error,
)

rng = np.random.default_rng(7)


def clip(p):
    """The crate clips at 1e-15; scikit-learn at the machine epsilon."""
    return np.clip(p, 1e-15, 1 - 1e-15)


def binary(n, decimals, certain=0):
    truth = rng.random(n) < 0.35
    p = np.clip(0.3 * truth + 0.7 * rng.random(n), 0, 1).round(decimals)
    p[:certain] = (np.arange(certain) % 2).astype(float)
    called = (p >= 0.5).astype(int)
    n_bins = 10
    observed, predicted = calibration_curve(truth, p, n_bins=n_bins, strategy="quantile")
    return {
        "probability": p.tolist(),
        "truth": truth.tolist(),
        "average_precision": average_precision_score(truth, p),
        "metrics": {
            "auc": roc_auc_score(truth, p),
            "log_loss": log_loss(truth, clip(p)),
            "accuracy": accuracy_score(truth, called),
            "f1": f1_score(truth, called, zero_division=0),
            "mcc": matthews_corrcoef(truth, called),
        },
        "n_bins": n_bins,
        "calibration": list(zip(predicted.tolist(), observed.tolist())),
    }


def multiclass(n, k, absent):
    """The last `absent` classes never occur in truth."""
    truth = rng.integers(0, k - absent, n)
    p = rng.dirichlet(np.ones(k), n)
    p[np.arange(n), truth] += 0.3
    p /= p.sum(axis=1, keepdims=True)
    called = p.argmax(axis=1)
    return {
        "n_classes": k,
        "probabilities": p.ravel().tolist(),
        "truth": truth.tolist(),
        "called": called.tolist(),
        "metrics": {
            "auc": float(np.mean([roc_auc_score(truth == c, p[:, c]) for c in np.unique(truth)])),
            "log_loss": log_loss(truth, p, labels=range(k)),
            "accuracy": accuracy_score(truth, called),
            "f1": f1_score(truth, called, average="macro", zero_division=0),
            "mcc": matthews_corrcoef(truth, called),
        },
        "confusion": confusion_matrix(truth, called, labels=range(k)).ravel().tolist(),
    }


def regression(n, scale):
    truth = rng.normal(3 * scale, scale, n)
    predicted = truth + rng.normal(0, scale / 3, n)
    return {
        "predicted": predicted.tolist(),
        "truth": truth.tolist(),
        "metrics": {
            "rmse": root_mean_squared_error(truth, predicted),
            "mae": mean_absolute_error(truth, predicted),
            "r2": r2_score(truth, predicted),
        },
    }


def psi(reference, current):
    r = np.maximum(np.array(reference) / np.sum(reference), 1e-4)
    c = np.maximum(np.array(current) / np.sum(current), 1e-4)
    return {"reference": reference, "current": current, "index": float(np.sum((c - r) * np.log(c / r)))}


def kolmogorov_smirnov(a, b):
    """SciPy's statistic; the p-value of the limiting distribution."""
    statistic = ks_2samp(a, b).statistic
    effective = np.sqrt(len(a) * len(b) / (len(a) + len(b)))
    return {
        "a": a.tolist(),
        "b": b.tolist(),
        "statistic": statistic,
        "p_value": kolmogorov(effective * statistic),
    }


def chi_squared(a, b):
    """Levels that neither has are left out, as SciPy wants."""
    table = np.array([a, b])
    found = chi2_contingency(table[:, table.sum(axis=0) > 0], correction=False)
    return {"a": a, "b": b, "statistic": found.statistic, "freedom": int(found.dof), "p_value": found.pvalue}


# Made last and from a stream of their own, so that the cases above stay as they were.
own = np.random.default_rng(11)
fixture = {
    "binary": [binary(203, 6), binary(200, 1), binary(57, 2, certain=4), binary(12, 0)],
    "multiclass": [multiclass(150, 3, 0), multiclass(90, 5, 1), multiclass(40, 2, 0)],
    "regression": [regression(120, 1.0), regression(80, 1e5)],
    "psi": [psi([10, 20, 30, 40], [40, 30, 20, 10]), psi([100, 0, 5], [90, 15, 0])],
    "chi_squared_tail": [
        [df, x, chi2.sf(x, df)]
        for df in [1.0, 2.0, 3.0, 7.0, 49.0, 400.0]
        for x in [1e-3, 0.5, 2.0, 8.0, 45.0, 200.0, 900.0]
    ],
    "normal_tails": [[x, 2 * norm.sf(x)] for x in [0.0, 1e-3, 0.5, 1.96, 5.0, 20.0]],
    "student_tails": [
        [df, x, 2 * t.sf(x, df)]
        for df in [1.0, 2.0, 3.0, 7.0, 50.0, 1e3, 1e5]
        for x in [0.0, 1e-3, 0.5, 1.96, 5.0, 20.0]
    ],
    "student_bound": [[df, t.ppf(0.975, df)] for df in [1.0, 2.0, 3.0, 7.0, 50.0, 1e3, 1e5]],
    "kolmogorov_tail": [[x, kolmogorov(x)] for x in [0.05, 0.3, 0.6, 0.81, 0.83, 1.0, 1.36, 2.5, 6.0]],
    "kolmogorov_smirnov": [
        kolmogorov_smirnov(own.normal(size=120).round(1), own.normal(0.3, 1, 75).round(1)),
        kolmogorov_smirnov(own.random(40), own.random(300)),
        kolmogorov_smirnov(own.random(50), own.random(50) + 0.9),
    ],
    "chi_squared": [
        chi_squared([30, 12, 0, 8], [22, 25, 0, 1]),
        chi_squared([500, 300, 10, 4, 90], [480, 330, 12, 9, 70]),
    ],
}
(Path(sys.argv[1]) / "metrics.json").write_text(json.dumps(fixture, indent=None, separators=(",", ":")) + "\n")
