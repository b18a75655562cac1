"""Writes trees.json: what LightGBM 4.7.0 and scikit-learn 1.9.1 make of a small table whose values fall into bins exactly.

    python make_trees.py FOLDER

Trees draw nothing at random. Each LightGBM case has the margins and the total gain of every tree; settings have our names.
"""

import json
import sys
from pathlib import Path

import lightgbm
import numpy as np
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

N = 300
rng = np.random.default_rng(11)
x = np.column_stack(
    [
        rng.permutation(np.arange(N) % 150).astype(float),
        rng.permutation(np.arange(N) % 97).astype(float) / 4,
        rng.permutation(np.arange(N) % 40).astype(float) - 20,
    ]
)
x[rng.random(N) < 0.1, 1] = np.nan
gap = np.isnan(x[:, 1])
signal = x[:, 0] / 50 + np.where(gap, 1.0, np.nan_to_num(x[:, 1]) / 12) + np.sin(x[:, 2] / 5)
noise = rng.normal(size=N)
number = signal + 0.5 * noise
targets = {
    "number": number,
    "count": rng.poisson(np.exp(0.3 * signal)).astype(float),
    "amount": np.exp(0.2 * signal) * rng.gamma(4.0, 0.25, N),
    "two": (number > np.median(number)).astype(float),
    "three": np.digitize(number, np.quantile(number, [0.3, 0.7])).astype(float),
}
targets["some"] = np.where(rng.random(N) < 0.3, 0.0, targets["amount"])
weights = rng.uniform(0.5, 3.0, N)
weights /= weights.mean()

# What all have in common: few rounds, no drawing, and penalties that matter. LightGBM estimates a leaf's rows from its hessians, so
# leaves are limited by those and not by rows.
COMMON = dict(learning_rate=0.3, num_leaves=8, min_data_in_leaf=1, lambda_l2=1.5, min_sum_hessian_in_leaf=4.0)
FIXED = dict(
    verbose=-1, num_threads=1, deterministic=True, force_col_wise=True, max_bin=255, min_data_in_bin=1, seed=1,
    feature_pre_filter=False, boost_from_average=False, poisson_max_delta_step=1e-12, enable_bundle=False,
    zero_as_missing=False, bagging_freq=0,
)


def lightgbm_case(name, target, base, ours, weighted=False, rounds=3, **theirs):
    y = targets[target]
    init = np.full(N, base) if np.isscalar(base) else np.tile(base, N).reshape(N, -1).flatten("F")
    data = lightgbm.Dataset(
        x, y, weight=weights if weighted else None, init_score=init, params=FIXED, free_raw_data=False
    )
    model = lightgbm.train({**COMMON, **FIXED, **theirs}, data, num_boost_round=rounds)
    margins = np.asarray(model.predict(x, raw_score=True), dtype=float).reshape(N, -1) + np.asarray(base)
    table = model.trees_to_dataframe()
    gains = table.groupby("tree_index")["split_gain"].sum().tolist()
    return {
        "name": name,
        "target": target,
        "weighted": weighted,
        "rounds": rounds,
        "settings": ours,
        "margins": digits(margins.flatten()),
        "gains": digits(gains),
    }


def digits(values):
    """LightGBM's gradients are single precision: more would be noise."""
    return [float(f"{value:.9g}") for value in values]


def mean_log(target, w=None):
    return float(np.log(np.average(targets[target], weights=w)))


def log_odds(w=None):
    share = np.average(targets["two"], weights=w)
    return float(np.log(share / (1 - share)))


mean = float(number.mean())
shares = np.bincount(targets["three"].astype(int)) / N
boosted = [
    lightgbm_case("squared", "number", mean, {}, objective="regression"),
    lightgbm_case("squared, weighted", "number", float(np.average(number, weights=weights)), {}, True, objective="regression"),
    lightgbm_case("absolute", "number", float(np.median(number)), {"objective": "absolute"}, objective="l1"),
    lightgbm_case("huber", "number", mean, {"objective": "huber", "huber_delta": 0.7, "base_score": mean},
                  objective="huber", alpha=0.7),
    lightgbm_case("poisson", "count", mean_log("count"), {"objective": "poisson"}, objective="poisson"),
    lightgbm_case("poisson, weighted", "count", mean_log("count", weights), {"objective": "poisson"}, True, objective="poisson"),
    lightgbm_case("gamma", "amount", mean_log("amount"), {"objective": "gamma"}, objective="gamma"),
    lightgbm_case("tweedie", "some", mean_log("some"), {"objective": "tweedie", "tweedie_power": 1.3},
                  objective="tweedie", tweedie_variance_power=1.3),
    lightgbm_case("logistic", "two", log_odds(), {}, objective="binary"),
    lightgbm_case("logistic, weighted", "two", log_odds(weights), {}, True, objective="binary"),
    lightgbm_case("softmax", "three", np.log(shares), {}, objective="multiclass", num_class=3),
    lightgbm_case("l1", "number", mean, {"l1": 3.0}, objective="regression", lambda_l1=3.0),
    lightgbm_case("least weight", "two", log_odds(), {"min_child_weight": 9.0}, objective="binary", min_sum_hessian_in_leaf=9.0),
    lightgbm_case("least gain", "number", mean, {"min_gain": 5.0}, objective="regression", min_gain_to_split=5.0),
    lightgbm_case("longest step", "number", mean, {"max_step": 0.9}, objective="regression", max_delta_step=0.9),
    lightgbm_case("depth", "number", mean, {"depth": 3}, objective="regression", max_depth=3),
    lightgbm_case("monotone", "number", mean, {"monotone": "a:+1, c:-1"}, objective="regression",
                  monotone_constraints=[1, 0, -1], monotone_constraints_method="basic"),
    lightgbm_case("monotone classes", "two", log_odds(), {"monotone": "a:+1, b:+1"}, objective="binary",
                  monotone_constraints=[1, 1, 0], monotone_constraints_method="basic"),
    lightgbm_case("interactions", "number", mean, {"interactions": "a, b; c"}, objective="regression",
                  interaction_constraints=[[0, 1], [2]]),
]


def quantile_case(level):
    """Weighted, where scikit-learn takes the value at which the weight reaches the level, as we do."""
    model = HistGradientBoostingRegressor(
        loss="quantile", quantile=level, learning_rate=0.3, max_iter=3, max_leaf_nodes=8, min_samples_leaf=5,
        l2_regularization=1.5, early_stopping=False, max_bins=255,
    ).fit(x, number, sample_weight=weights)
    return {"level": level, "margins": digits(model.predict(x))}


def pruning_case(target, model):
    filled = np.where(np.isnan(x), -1.0, x)
    path = model.cost_complexity_pruning_path(filled, targets[target])
    leaves = [
        type(model)(**{**model.get_params(), "ccp_alpha": max(0.0, alpha * (1 + 1e-9))})
        .fit(filled, targets[target])
        .get_n_leaves()
        for alpha in path.ccp_alphas
    ]
    return {
        "target": target,
        "alphas": path.ccp_alphas.tolist(),
        "impurities": path.impurities.tolist(),
        "leaves": [int(n) for n in leaves],
    }


tree = dict(min_samples_leaf=8, random_state=0)
out = {
    "x": [[None if np.isnan(v) else v for v in column] for column in x.T.tolist()],
    "targets": {name: target.tolist() for name, target in targets.items()},
    "weights": weights.tolist(),
    "boosted": boosted,
    "quantile": [quantile_case(level) for level in [0.2, 0.85]],
    "pruning": [
        pruning_case("number", DecisionTreeRegressor(**tree)),
        pruning_case("two", DecisionTreeClassifier(**tree)),
        pruning_case("three", DecisionTreeClassifier(**tree)),
    ],
}
path = Path(sys.argv[1]) / "trees.json"
path.write_text(json.dumps(out) + "\n")
