"""MLflow with the unpacked bundle: `mlflow.pyfunc.load_model`, and data frames as pandas reads them from the CSV."""

import sys

import mlflow.pyfunc
import pandas

NAME = "MLflow"


def refuses(case):
    """Everything in these tables can be said in ONNX."""
    return None


def score(case):
    """The rows as pandas reads them: columns of several types, missing cells as it likes."""
    folder = case.folder / "model"
    case.run(["export", case.bundle, "--to", "mlflow", "--out", folder])
    # Each model has a module of this name, and this process loads many.
    sys.modules.pop("tabwright_mlflow", None)
    model = mlflow.pyfunc.load_model(str(folder))
    frame = pandas.read_csv(case.rows, skipinitialspace=True, float_precision="round_trip")
    found = model.predict(frame.rename(columns=str.strip))
    return {name: found[name].tolist() for name in found}
