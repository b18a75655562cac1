"""Two engines' scores, bit by bit."""

import math
import struct

# What probabilities, and a linear model's margins, may differ by, in units of the last place.
MAX_ULP = 4


class Difference:
    """What was compared and how far it is apart."""

    def __init__(self):
        self.n_rows = self.n_labels = self.n_other_labels = 0
        self.n_margins = self.n_other_margins = self.max_margin_ulp = 0
        self.n_probabilities = self.n_other_probabilities = self.max_probability_ulp = 0
        self.is_within_bounds = True
        self.examples = []

    def add(self, other):
        """Counts another one in."""
        for name, value in vars(other).items():
            if name.startswith("n_"):
                setattr(self, name, getattr(self, name) + value)
            elif name.startswith("max_"):
                setattr(self, name, max(getattr(self, name), value))

    def __str__(self):
        return (
            f"{self.n_rows} rows; {self.n_margins} margins, {self.n_other_margins} differ, {self.max_margin_ulp} ulp; "
            f"{self.n_probabilities} probabilities, {self.n_other_probabilities} differ, {self.max_probability_ulp} ulp; "
            f"{self.n_labels} labels, {self.n_other_labels} differ"
        )


def compare(case, found):
    """How far an engine's scores are from the command's."""
    expected = case.expected
    if list(found) != list(expected):
        raise ValueError(f"columns {list(found)}, expected {list(expected)}")
    difference = Difference()
    difference.n_rows = len(expected["prediction"])
    margin_ulp = 0 if case.is_trees else MAX_ULP
    for name, wanted in expected.items():
        if len(found[name]) != len(wanted):
            raise ValueError(f"{len(found[name])} rows of {name}, expected {len(wanted)}")
        for row, (ours, theirs) in enumerate(zip(wanted, found[name]), 1):
            if name == "prediction" and case.task != "regression":
                difference.n_labels += 1
                is_far = ours != theirs
                difference.n_other_labels += is_far
            elif name.startswith("p_"):
                far = ulp(ours, theirs)
                difference.n_probabilities += 1
                difference.n_other_probabilities += far > 0
                difference.max_probability_ulp = max(difference.max_probability_ulp, far)
                is_far = far > MAX_ULP
            else:
                far = ulp(float(ours), theirs)
                difference.n_margins += 1
                difference.n_other_margins += far > 0
                difference.max_margin_ulp = max(difference.max_margin_ulp, far)
                is_far = far > margin_ulp
            if is_far:
                difference.is_within_bounds = False
                if len(difference.examples) < 5:
                    difference.examples.append(f"row {row}, {name}: {theirs!r}, expected {ours!r}")
    return difference


def ulp(a, b):
    """Doubles between two doubles; both zeros are one, and nothing is far from something."""
    if a is None or b is None or math.isnan(b):
        return 0 if a is None and (b is None or math.isnan(b)) else 1 << 63
    return abs(place(a) - place(b))


def place(number):
    """A double's place among all doubles, in order."""
    (bits,) = struct.unpack("<q", struct.pack("<d", number))
    return bits if bits >= 0 else -(bits & (1 << 63) - 1)
