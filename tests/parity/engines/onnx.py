"""ONNX Runtime with the file that `tabwright export --to onnx` writes, checked by the onnx package first."""

import datetime

import numpy
import onnx
import onnxruntime

NAME = "ONNX Runtime"
EPOCH = datetime.datetime(1970, 1, 1)


def refuses(case):
    """Everything in these tables can be said in ONNX."""
    return None


def score(case):
    """All rows in one call."""
    file = case.folder / "model.onnx"
    case.run(["export", case.bundle, "--to", "onnx", "--out", file])
    onnx.checker.check_model(onnx.load(file), full_check=True)
    session = onnxruntime.InferenceSession(file, providers=["CPUExecutionProvider"])
    feed = {it.name: column(case, it) for it in session.get_inputs()}
    results = dict(zip((it.name for it in session.get_outputs()), session.run(None, feed)))
    scores = {"prediction": results["label"].reshape(-1).tolist(), "score": results["score"].reshape(-1).tolist()}
    if "probabilities" in results:
        names = [name for name in case.expected if name.startswith("p_")]
        scores.update(zip(names, results["probabilities"].T.tolist()))
    return scores


def column(case, wanted):
    """A raw column as the model wants it."""
    values = [row[wanted.name] for row in case.raw]
    if case.kinds[wanted.name] in ("date", "datetime"):
        values = [value and (datetime.datetime.fromisoformat(value) - EPOCH).total_seconds() for value in values]
    if wanted.type == "tensor(string)":
        return numpy.array([value or "" for value in values], dtype=object).reshape(-1, 1)
    return numpy.array([numpy.nan if value is None else value for value in values], dtype=float).reshape(-1, 1)
