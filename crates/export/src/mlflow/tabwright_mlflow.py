"""A Tabwright bundle for MLflow: rows of raw values in, `prediction`, `score` and `p_<class>` out.

MLflow loads it by `mlflow.pyfunc.load_model(FOLDER)`, where FOLDER is the unpacked bundle. The bundle's proof is replayed first: a
model that does not give the proof's bits here is not loaded.
"""

import datetime
import io
import json
import re
import struct
from pathlib import Path

import numpy
import onnxruntime
import pandas

# What a linear model's margin may differ by, in units of the last place, where an engine adds in another order; trees: not at all.
LINEAR_ULP = 4
EPOCH = datetime.datetime(1970, 1, 1)
ISO = re.compile(r"\d{4}-\d{2}-\d{2}")


class Model:
    """Scores data frames."""

    def __init__(self, folder):
        folder = Path(folder)
        self.schema = json.loads((folder / "schema.json").read_text("utf-8"))
        model = json.loads((folder / "model.json").read_text("utf-8"))
        self.classes = model["task"].get("classes", [])
        self.max_ulp = LINEAR_ULP if model["predictor"]["type"] == "linear" else 0
        self.session = onnxruntime.InferenceSession(folder / "model.onnx", providers=["CPUExecutionProvider"])
        self.prove(folder)

    def predict(self, model_input, params=None):
        """Scores rows: a data frame, or what one can be made of. Columns that the model does not know are not looked at."""
        frame = pandas.DataFrame(model_input)
        absent = [column["name"] for column in self.schema["columns"] if column["name"] not in frame]
        if absent:
            raise ValueError(f"the rows lack the column {absent[0]!r}: give None where there is no value")
        wanted = {it.name for it in self.session.get_inputs()}
        feed = {
            column["name"]: convert(frame[column["name"]], column, self.schema["missing_tokens"])
            for column in self.schema["columns"]
            if column["name"] in wanted
        }
        label, *probabilities, score = self.session.run(None, feed)
        results = {"prediction": label.reshape(-1), "score": score.reshape(-1)}
        for shares in probabilities:
            results.update((f"p_{name}", shares[:, at]) for at, name in enumerate(self.classes))
        return pandas.DataFrame(results, index=frame.index)

    def prove(self, folder):
        """Scores the bundle's proof rows and compares bits."""
        margins = json.loads((folder / "proof.json").read_text("utf-8"))["margins"]
        if not margins:
            return
        rows = pandas.read_csv(io.BytesIO((folder / "proof.csv").read_bytes()), dtype=str, keep_default_na=False)
        expected = [max(struct.unpack(">d", bytes.fromhex(bits))[0] for bits in row) for row in margins]
        far = [ulp(a, b) for a, b in zip(expected, self.predict(rows)["score"])]
        n_other = sum(distance > self.max_ulp for distance in far)
        if n_other or len(far) != len(expected):
            raise RuntimeError(f"{n_other} of {len(expected)} proof rows are scored otherwise here than where the model was made")


def convert(values, column, missing):
    """A column as the model reads it: doubles or texts, one a row."""
    kind = column["kind"]
    if kind in ("integer", "decimal"):
        return numbers(values, missing).reshape(-1, 1)
    if kind in ("date", "datetime"):
        return seconds(values).reshape(-1, 1)
    levels = column.get("levels", [])
    known = {x: level for level in levels if (x := number(level)) == x}
    words = levels if kind == "boolean" else None
    return numpy.array([text(value, words, known, missing) for value in values], dtype=object).reshape(-1, 1)


def numbers(values, missing):
    """Doubles; what is no number, or a missing token, is NaN."""
    if pandas.api.types.is_numeric_dtype(values):
        return values.to_numpy(dtype=float, na_value=numpy.nan)
    # One by one: pandas reads texts to the last digit but one. The model knows numbers that mean "missing".
    texts = (value.strip() if isinstance(value, str) else value for value in values)
    return numpy.array([numpy.nan if value in missing else number(value) for value in texts], dtype=float)


def number(value):
    """A double, or NaN."""
    try:
        # Python takes 1_000 for a number, and nothing else does.
        return numpy.nan if isinstance(value, str) and "_" in value else float(value)
    except (TypeError, ValueError):
        return numpy.nan


def seconds(values):
    """Seconds since 1970-01-01T00:00 of days, times, ISO 8601 texts or seconds; what is none of these is NaN."""
    return numpy.array([second(value) for value in values], dtype=float)


def second(value):
    """Seconds, or NaN."""
    if isinstance(value, str):
        value = value.strip()
        if not ISO.match(value):
            return numpy.nan
        try:
            value = datetime.datetime.fromisoformat(value)
        except ValueError:
            return numpy.nan
    if value is pandas.NaT:
        return numpy.nan
    if isinstance(value, datetime.date):
        if not isinstance(value, datetime.datetime):
            value = datetime.datetime(value.year, value.month, value.day)
        return (value.replace(tzinfo=None) - EPOCH).total_seconds()
    return number(value)


def text(value, words, known, missing):
    """A text as a file would have it; the empty text is missing. `words` are those for no and yes, `known` the levels that are
    numbers: a tool may have read 007 as 7."""
    if value is None or value is pandas.NA or value != value:
        return ""
    if isinstance(value, (bool, numpy.bool_)):
        return words[int(value)] if words else str(bool(value))
    if isinstance(value, (int, float, numpy.integer, numpy.floating)):
        x = float(value)
        value = known.get(x, int(x) if x.is_integer() else x)
    value = str(value).strip()
    return "" if value in missing else value


def ulp(a, b):
    """Doubles between two doubles."""

    def place(number):
        (bits,) = struct.unpack("<q", struct.pack("<d", number))
        return bits if bits >= 0 else -(bits & (1 << 63) - 1)

    return abs(place(a) - place(float(b)))


def _load_pyfunc(folder):
    """What MLflow calls."""
    return Model(folder)
