"""Writes metrics.json: what scikit-learn 1.9.1 says of small tables that hold ties, rare classes and near-certainties.

    python make_metrics.py FOLDER
"""

import json
import sys
from pathlib import Path

import numpy as np
from sklearn.calibration import calibration_curve
from sklearn.metrics import (
    accuracy_score,
    average_precision_score,
    confusion_matrix,
    f1_score,
    log_loss,
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
        "roc_auc": roc_auc_score(truth, p),
        "average_precision": average_precision_score(truth, p),
        "log_loss": log_loss(truth, clip(p)),
        "accuracy": accuracy_score(truth, called),
        "f1": f1_score(truth, called, zero_division=0),
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
        "log_loss": log_loss(truth, p, labels=range(k)),
        "accuracy": accuracy_score(truth, called),
        "f1_macro": f1_score(truth, called, average="macro", zero_division=0),
        "confusion": confusion_matrix(truth, called, labels=range(k)).ravel().tolist(),
    }


def regression(n, scale):
    truth = rng.normal(3 * scale, scale, n)
    predicted = truth + rng.normal(0, scale / 3, n)
    return {
        "predicted": predicted.tolist(),
        "truth": truth.tolist(),
        "rmse": root_mean_squared_error(truth, predicted),
        "mae": mean_absolute_error(truth, predicted),
        "r2": r2_score(truth, predicted),
    }


def psi(reference, current):
    r = np.maximum(np.array(reference) / np.sum(reference), 1e-4)
    c = np.maximum(np.array(current) / np.sum(current), 1e-4)
    return {"reference": reference, "current": current, "index": float(np.sum((c - r) * np.log(c / r)))}


fixture = {
    "binary": [binary(203, 6), binary(200, 1), binary(57, 2, certain=4), binary(12, 0)],
    "multiclass": [multiclass(150, 3, 0), multiclass(90, 5, 1), multiclass(40, 2, 0)],
    "regression": [regression(120, 1.0), regression(80, 1e5)],
    "psi": [psi([10, 20, 30, 40], [40, 30, 20, 10]), psi([100, 0, 5], [90, 15, 0])],
}
(Path(sys.argv[1]) / "metrics.json").write_text(json.dumps(fixture, indent=None, separators=(",", ":")) + "\n")
