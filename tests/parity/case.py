"""A bundle, rows with holes, and what the command says of them."""

import csv
import gzip
import io
import json
import random
import shutil
import subprocess
import zipfile
from pathlib import Path

# Table: its target, and a column that gives the target away.
TABLES = {
    "titanic": ("survived", "alive"),
    "penguins": ("species", "island"),
    "california-housing": ("median_house_value", None),
    "adult": ("income", None),
    "diamonds": ("price", None),
    "taxis": ("tip", None),
}
# Tables whose columns go through steps first: the project that has them.
PROJECTS = {"taxis": "steps.json"}
ALGORITHMS = ["baseline", "linear", "tree", "forest", "gbt"]
# Trees differ in their splits, not in their number: these are enough of them.
SETTINGS = {"forest": ["--set", "trees=20"], "gbt": ["--set", "trees=40"]}
NUMBERS = ("integer", "decimal")


class Case:
    """One table and algorithm: `bundle`, `rows` (a CSV), `expected` and `raw`."""

    def __init__(self, name, tabwright, data, scratch, n_rows):
        self.name, self.tabwright, self.scratch = name, tabwright.resolve(), scratch
        self.table, _, self.algorithm = name.rpartition("-")
        shutil.rmtree(scratch, ignore_errors=True)
        scratch.mkdir(parents=True)
        self.folder = scratch
        header, rows = read(data, self.table)
        whole = scratch / f"{self.table}.csv"
        write(whole, header, rows)
        self.bundle = scratch / "model.zip"
        target, leak = TABLES[self.table]
        train = ["train", whole, "--target", target, "--algorithm", self.algorithm, "--folds", "0", "--seed", "1"]
        if project := PROJECTS.get(self.table):
            train += ["--project", Path(__file__).parent / project]
        self.run([*train, *(["--drop", leak] if leak else []), *SETTINGS.get(self.algorithm, []), "--out", self.bundle])
        with zipfile.ZipFile(self.bundle) as bundle:
            self.schema = json.loads(bundle.read("schema.json"))
            self.kinds = {column["name"]: column["kind"] for column in self.schema["columns"]}
            self.model = json.loads(bundle.read("model.json"))
            self.task = json.loads(bundle.read("manifest.json"))["task"]
        self.rows = scratch / "rows.csv"
        write(self.rows, *with_holes(header, rows, self.schema, n_rows))
        self.raw = self.read_raw()
        self.expected = self.columns(self.run(["score", self.bundle, self.rows]))

    def run(self, args):
        """What the command prints."""
        done = subprocess.run([self.tabwright, *map(str, args)], capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f"tabwright {' '.join(map(str, args))}: {done.stderr}")
        return done.stdout

    def columns(self, text):
        """A CSV of scores as columns: numbers as floats."""
        rows = list(csv.reader(io.StringIO(text)))
        columns = {name: [row[at] for row in rows[1:]] for at, name in enumerate(rows[0])}
        columns.pop("row")
        for name, cells in columns.items():
            if name != "prediction" or self.task == "regression":
                columns[name] = [float(cell) if cell else None for cell in cells]
        return columns

    def read_raw(self):
        """The rows as a caller has them: numbers as floats, all else as texts, None for what is missing."""
        missing = {"", *self.schema["missing_tokens"]}
        rows = []
        with open(self.rows, encoding="utf-8", newline="") as file:
            header, *lines = csv.reader(file)
            for line in lines:
                cells = {name.strip(): cell for name, cell in zip(header, line)}
                row = {}
                for column in self.schema["columns"]:
                    text = cells[column["name"]].strip()
                    value = None if text in missing else text
                    if column["kind"] in NUMBERS and value is not None:
                        value = as_number(value)
                    row[column["name"]] = value
                rows.append(row)
        return rows

    @property
    def is_trees(self):
        """Whether the predictor is an ensemble of trees."""
        return self.algorithm in ("tree", "forest", "gbt")

    @property
    def n_splits(self):
        """Splits of all trees."""
        trees = self.model["predictor"].get("trees", []) if self.is_trees else []
        return sum(len(tree["feature"]) for tree in trees)


def as_number(text):
    """A text that is no number is missing, as where a CSV is read."""
    try:
        return float(text)
    except ValueError:
        return None


def read(data, table):
    """Header and rows of a table of tests/data."""
    packed = data / f"{table}.csv.gz"
    text = gzip.open(packed, "rt", encoding="utf-8").read() if packed.exists() else (data / f"{table}.csv").read_text("utf-8")
    rows = list(csv.reader(io.StringIO(text)))
    return rows[0], rows[1:]


def write(path, header, rows):
    """A CSV with a header."""
    with open(path, "w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([header, *rows])


def with_holes(header, rows, schema, n_rows):
    """Rows drawn from a table: columns in another order and one more, cells blank, `?`, of an unseen level or far out; in the
    last fifth two columns are missing throughout."""
    draw = random.Random(7)
    kinds = {column["name"]: column["kind"] for column in schema["columns"]}
    order = list(range(len(header)))
    draw.shuffle(order)
    inputs = [at for at in order if header[at].strip() in kinds]
    gone = set(draw.sample(inputs, min(2, len(inputs))))
    made = []
    for number, row in enumerate(draw.sample(rows, min(n_rows, len(rows)))):
        cells = [hole(draw, row[at], kinds.get(header[at].strip())) for at in order]
        if number >= 0.8 * n_rows:
            cells = ["" if at in gone else cell for at, cell in zip(order, cells)]
        made.append([*cells, f"note {number}"])
    return [*(header[at] for at in order), "a note"], made


def hole(draw, cell, kind):
    """A cell, or something that is not in the table."""
    chance = draw.random()
    if kind is None or chance > 0.16:
        return cell
    if chance > 0.10:
        return ""
    if chance > 0.07:
        return "?"
    if kind in NUMBERS:
        return draw.choice(["0", "-1", "1e9", "-1e9", "0.1", "123456789.123", "-999"])
    if kind == "datetime":
        return draw.choice(["1969-12-31 23:59:59", "2024-02-29 12:00:00", "1600-01-01 00:00:00", "2100-03-01 06:30:15"])
    return "never seen" if kind == "category" else cell
