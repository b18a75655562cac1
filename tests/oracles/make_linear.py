"""Writes linear.json: what scikit-learn 1.9.1 and statsmodels 0.15.0 say of linear models of a small table.

    python make_linear.py FOLDER

scikit-learn fits standardised numbers and one-hot levels, as the crate does; its coefficients are then brought back to the
original scale. statsmodels fits without penalties, the first level of the category left out.
"""

import json
import sys
import warnings
from pathlib import Path

import numpy as np
import statsmodels.api as sm
from sklearn.linear_model import ElasticNet, Lasso, LogisticRegression, PoissonRegressor, Ridge
from statsmodels.stats.outliers_influence import variance_inflation_factor

rng = np.random.default_rng(11)
N = 160
LEVELS = ["a", "b", "c"]

base = rng.normal(size=(N, 4))
x = np.column_stack(
    [
        20 + 3 * base[:, 0],
        0.01 * (base[:, 0] + 0.6 * base[:, 1]),
        np.exp(base[:, 2]),
        rng.integers(0, 5, N),
    ]
).round(5)
# The first level is the most frequent one: the crate measures the others from that.
codes = rng.choice(3, N, p=[0.5, 0.3, 0.2])
weights = rng.integers(1, 5, N) / 2.0
hot = np.eye(3)[codes]

signal = 0.3 * (x[:, 0] - 20) + 60 * x[:, 1] - 0.4 * x[:, 3] + np.array([0.0, 0.8, -0.5])[codes]
number = (1000 + 25 * signal + 20 * rng.normal(size=N)).round(3)
binary = (signal + rng.logistic(size=N) > -0.6).astype(int)
several = np.argmax(
    np.column_stack([signal, 0.3 * x[:, 2] - 0.5 * signal, 0.5 * x[:, 3] - 1]) + rng.gumbel(size=(N, 3)), axis=1
)
count = rng.poisson(np.exp(0.8 + 0.4 * signal))


def standardised(weight):
    w = np.ones(N) if weight is None else weight
    mean = np.average(x, axis=0, weights=w)
    std = np.sqrt(np.average((x - mean) ** 2, axis=0, weights=w))
    return np.column_stack([(x - mean) / std, hot]), mean, std


def case(name, target, model, l1, l2, weight=None, balanced=False):
    """The penalties are those of the crate, on the sum of losses."""
    design, mean, std = standardised(weight)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model.fit(design, {"number": number, "binary": binary, "several": several, "count": count}[target], sample_weight=weight)
    coef = np.atleast_2d(model.coef_).copy()
    intercept = np.atleast_1d(model.intercept_).copy()
    coef[:, :4] /= std
    intercept -= coef[:, :4] @ mean
    if target == "several":
        # Nothing but a convention: probabilities depend on differences only.
        shift = intercept + coef[:, :4] @ mean
        intercept -= shift.mean()
    return {
        "name": name,
        "target": target,
        "l1": l1,
        "l2": l2,
        "weighted": weight is not None,
        "balanced": balanced,
        "intercepts": intercept.tolist(),
        "coefficients": coef.tolist(),
    }


def logistic(l1, l2, **more):
    total = l1 + l2
    solver = "newton-cholesky" if l1 == 0 else "saga"
    return LogisticRegression(
        C=1 / total, l1_ratio=l1 / total, solver=solver, tol=1e-13, max_iter=1_000_000, random_state=0, **more
    )


W = weights.sum()


def cases():
    yield case("ridge", "number", Ridge(alpha=2.0), 0, 2.0)
    yield case("ridge, weighted", "number", Ridge(alpha=30.0), 0, 30.0, weights)
    lasso = {"tol": 1e-15, "max_iter": 1_000_000}
    yield case("lasso", "number", Lasso(alpha=4.0, **lasso), 4.0 * N, 0)
    yield case("lasso, strong", "number", Lasso(alpha=20.0, **lasso), 20.0 * N, 0)
    yield case("elastic net", "number", ElasticNet(alpha=3.0, l1_ratio=0.4, **lasso), 1.2 * N, 1.8 * N)
    yield case("elastic net, weighted", "number", ElasticNet(alpha=3.0, l1_ratio=0.4, **lasso), 1.2 * W, 1.8 * W, weights)
    yield case("logistic L2", "binary", logistic(0, 1.0), 0, 1.0)
    yield case("logistic L2, weighted", "binary", logistic(0, 5.0), 0, 5.0, weights)
    yield case("logistic L2, balanced", "binary", logistic(0, 0.5, class_weight="balanced"), 0, 0.5, balanced=True)
    yield case("logistic L1", "binary", logistic(4.0, 0), 4.0, 0)
    yield case("logistic elastic net", "binary", logistic(3.0, 2.0), 3.0, 2.0)
    yield case("multinomial L2", "several", logistic(0, 1.0), 0, 1.0)
    yield case("multinomial L2, weighted", "several", logistic(0, 8.0), 0, 8.0, weights)
    yield case("multinomial L2, balanced", "several", logistic(0, 1.0, class_weight="balanced"), 0, 1.0, balanced=True)
    yield case("multinomial L1", "several", logistic(4.0, 0), 4.0, 0)
    yield case("multinomial elastic net", "several", logistic(2.0, 3.0), 2.0, 3.0)
    poisson = {"solver": "newton-cholesky", "tol": 1e-12, "max_iter": 1000}
    yield case("poisson L2", "count", PoissonRegressor(alpha=0.05, **poisson), 0, 0.05 * N)
    yield case("poisson L2, weighted", "count", PoissonRegressor(alpha=0.2, **poisson), 0, 0.2 * W, weights)


def inference():
    design = np.column_stack([np.ones(N), x, hot[:, 1:]])

    def of(name, target, fit):
        interval = fit.conf_int()
        return {
            "name": name,
            "target": target,
            "estimate": fit.params.tolist(),
            "std_error": fit.bse.tolist(),
            "statistic": fit.tvalues.tolist(),
            "p_value": fit.pvalues.tolist(),
            "low": interval[:, 0].tolist(),
            "high": interval[:, 1].tolist(),
        }

    exact = {"tol": 1e-14, "maxiter": 200}
    yield of("least squares", "number", sm.OLS(number, design).fit())
    yield of("logistic", "binary", sm.GLM(binary, design, family=sm.families.Binomial()).fit(**exact))
    yield of("poisson", "count", sm.GLM(count, design, family=sm.families.Poisson()).fit(**exact))
    # A row of weight 2 counts as two rows.
    repeated = np.repeat(np.arange(N), (2 * weights).astype(int))
    fit = sm.OLS(number[repeated], design[repeated]).fit()
    yield of("least squares, repeated rows", "number", fit)
    fit = sm.MNLogit(several, design).fit(method="newton", tol=1e-10, maxiter=100, disp=False)
    yield several_classes(fit)


def several_classes(fit):
    """statsmodels measures classes from the first one, the crate from their mean: contrasts of the same fit."""
    p, others = fit.params.shape
    k = others + 1
    mean_free = np.eye(k) - 1 / k
    contrast = np.kron(mean_free[:, 1:], np.eye(p))
    estimate = contrast @ fit.params.T.reshape(-1)
    error = np.sqrt(np.diag(contrast @ fit.cov_params() @ contrast.T))
    return {
        "name": "multinomial",
        "target": "several",
        "estimate": estimate.tolist(),
        "std_error": error.tolist(),
    }


def vif():
    design = np.column_stack([np.ones(N), x, hot[:, 1:]])
    numbers = [variance_inflation_factor(design, j) for j in range(1, 5)]
    # Fox and Monette (1992) for the two columns of the category, per degree of freedom.
    correlation = np.corrcoef(design[:, 1:], rowvar=False)
    det = np.linalg.det
    generalised = det(correlation[:4, :4]) * det(correlation[4:, 4:]) / det(correlation)
    return [*numbers, np.sqrt(generalised)]


facts = {
    "numbers": x.T.tolist(),
    "codes": codes.tolist(),
    "levels": LEVELS,
    "weights": weights.tolist(),
    "targets": {
        "number": number.tolist(),
        "binary": binary.tolist(),
        "several": several.tolist(),
        "count": count.tolist(),
    },
    "cases": list(cases()),
    "inference": list(inference()),
    "vif": vif(),
}
(Path(sys.argv[1]) / "linear.json").write_text(json.dumps(facts, separators=(",", ":")) + "\n")
