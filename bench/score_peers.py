"""Scores rows with what a user would pick instead, natively, and prints one JSON line a measurement.

    python score_peers.py rows ONNX FILE      rows in memory: ONNX Runtime with the file that `tabwright export` wrote, and LightGBM
    python score_peers.py csv FILE OUT        a CSV to a CSV of scores: pandas and LightGBM

LightGBM has its own 100 trees of 31 leaves, of the first 80,000 rows; ONNX Runtime has Tabwright's. One thread each.
"""

import sys

from native_peers import clock, gbt_lightgbm, say

N_TRAIN = 80_000


def lightgbm_model(frame):
    learn, score = gbt_lightgbm()
    part = frame.head(N_TRAIN)
    return learn(part.iloc[:, :-1].to_numpy(), part.iloc[:, -1].to_numpy()), score


def rows(onnx, path):
    import numpy
    import onnxruntime
    import pandas

    frame = pandas.read_csv(path)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(onnx, options, providers=["CPUExecutionProvider"])
    columns = {it.name: numpy.ascontiguousarray(frame[it.name].to_numpy(float).reshape(-1, 1)) for it in session.get_inputs()}
    session.run(["score"], {name: values[:256] for name, values in columns.items()})
    seconds, _ = clock(lambda: session.run(["score"], columns))
    say(work="rows", engine="onnxruntime", seconds=seconds)
    model, score = lightgbm_model(frame)
    cells = frame.iloc[:, :-1].to_numpy()
    score(model, cells[:256])
    seconds, _ = clock(lambda: score(model, cells))
    say(work="rows", engine="lightgbm", seconds=seconds)


def csv(path, out):
    import pandas

    model, score = lightgbm_model(pandas.read_csv(path, nrows=N_TRAIN))

    def whole():
        frame = pandas.read_csv(path)
        scores = score(model, frame.iloc[:, :-1].to_numpy())
        pandas.DataFrame({"row": range(1, len(scores) + 1), "score": scores}).to_csv(out, index=False)

    seconds, _ = clock(whole)
    say(work="csv", engine="pandas and lightgbm", seconds=seconds)


if __name__ == "__main__":
    {"rows": rows, "csv": csv}[sys.argv[1]](*sys.argv[2:])
