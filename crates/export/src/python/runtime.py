# What the model above needs: plain Python, no packages. Its exponential and logarithm are fdlibm's (Sun Microsystems, 1993; e_exp.c and
# e_log.c), as the engine's are, so that results have the same bits on every platform.

import csv
import datetime
import math
import re
import struct
import sys

_DAY = 86400.0
_EPOCH = datetime.datetime(1970, 1, 1)
_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
_TIME = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:[ T]([0-9]{2}):([0-9]{2})(?::([0-9]{2})(\.[0-9]+)?)?Z?)?"
)
_TRUTHS = {"false": False, "no": False, "f": False, "n": False, "0": False}
_TRUTHS.update({"true": True, "yes": True, "t": True, "y": True, "1": True})


# Raw values


def _raw_number(value):
    """A finite number that is no missing token, or None."""
    if isinstance(value, str):
        return None if value in MISSING else _read_number(value)
    if value is None:
        return None
    return None if value in MISSING_NUMBERS else _finite(float(value))


def _raw_time(value):
    """Seconds since 1970-01-01T00:00 of a date, a datetime, an ISO 8601 text or seconds, or None."""
    if isinstance(value, str):
        return _read_time(value, False)
    if isinstance(value, datetime.date):
        if value != value:
            return None
        if not isinstance(value, datetime.datetime):
            value = datetime.datetime(value.year, value.month, value.day)
        return (value.replace(tzinfo=None) - _EPOCH).total_seconds()
    return _raw_number(value)


def _raw_text(value, truths):
    """A text that is no missing token, or None; `truths` are the words for no and yes, if the column has such."""
    if value is None or value != value:
        return None
    if isinstance(value, bool):
        text = truths[value] if truths else str(value)
    elif isinstance(value, float):
        text = _plain(value)
    else:
        text = str(value)
    return None if text in MISSING else text


# Operations of the recipe: None is missing


def _finite(x):
    return x if -math.inf < x < math.inf else None


def _negate(x):
    return None if x is None else -x


def _add(a, b):
    return None if a is None or b is None else _finite(a + b)


def _subtract(a, b):
    return None if a is None or b is None else _finite(a - b)


def _multiply(a, b):
    return None if a is None or b is None else _finite(a * b)


def _divide(a, b):
    return None if a is None or b is None or b == 0 else _finite(a / b)


def _remainder(a, b):
    return None if a is None or b is None or b == 0 else math.fmod(a, b)


def _equal(a, b):
    return None if a is None or b is None else a == b


def _not_equal(a, b):
    return None if a is None or b is None else a != b


def _less(a, b):
    return None if a is None or b is None else a < b


def _less_or_equal(a, b):
    return None if a is None or b is None else a <= b


def _greater(a, b):
    return None if a is None or b is None else a > b


def _greater_or_equal(a, b):
    return None if a is None or b is None else a >= b


def _not(a):
    return None if a is None else not a


def _and(a, b):
    if a is False or b is False:
        return False
    return None if a is None or b is None else True


def _or(a, b):
    if a is True or b is True:
        return True
    return None if a is None or b is None else False


def _fill(a, b):
    return b if a is None else a


def _contains(text, wanted):
    return None if text is None else wanted in text


def _lookup(value, entries, missing, other):
    return missing if value is None else entries.get(value, other)


def _zero_one(truth):
    return None if truth is None else float(truth)


def _spell(truth, no, yes):
    return None if truth is None else yes if truth else no


def _whole(x):
    return x if x is not None and x == math.trunc(x) else None


def _start_of_day(x):
    return None if x is None else math.floor(x / _DAY) * _DAY


def _one_is_yes(x):
    return {0.0: False, 1.0: True}.get(x)


def _abs(x):
    return None if x is None else abs(x)


def _sqrt(x):
    return None if x is None or x < 0 else math.sqrt(x)


def _round(x):
    if x is None:
        return None
    whole = float(math.trunc(x))
    return whole + math.copysign(1.0, x) if abs(x - whole) >= 0.5 else whole


def _floor(x):
    return None if x is None else float(math.floor(x))


def _ceil(x):
    return None if x is None else float(math.ceil(x))


def _min(*values):
    return None if None in values else min(values)


def _max(*values):
    return None if None in values else max(values)


def _length(text):
    return None if text is None else float(len(text))


def _lower(text):
    return text and text.lower() or None


def _upper(text):
    return text and text.upper() or None


def _civil(seconds):
    """Year, month, day of the proleptic Gregorian calendar (Hinnant, days_from_civil backwards)."""
    days = math.floor(seconds / _DAY) + 719468
    era, of_era = divmod(days, 146097)
    year = (of_era - of_era // 1460 + of_era // 36524 - of_era // 146096) // 365
    of_year = of_era - (365 * year + year // 4 - year // 100)
    month = (5 * of_year + 2) // 153
    day = of_year - (153 * month + 2) // 5 + 1
    month = month + 3 if month < 10 else month - 9
    return year + era * 400 + (month <= 2), month, day


def _part(seconds, part):
    if seconds is None or abs(seconds) > 1e12 or not -9999 <= _civil(seconds)[0] <= 9999:
        return None
    return float(part)


def _year(x):
    return None if x is None else _part(x, _civil(x)[0])


def _month(x):
    return None if x is None else _part(x, _civil(x)[1])


def _day(x):
    return None if x is None else _part(x, _civil(x)[2])


def _weekday(x):
    return None if x is None else _part(x, (math.floor(x / _DAY) + 3) % 7 + 1)


def _hour(x):
    return None if x is None else _part(x, math.floor(x) % 86400 // 3600)


def _high_word(x):
    return struct.unpack(">I", struct.pack(">d", x)[:4])[0]


def _exp(x):
    if x > 709.782712893383973096:
        return math.inf
    if x < -745.13321910194110842:
        return 0.0
    high = _high_word(x) & 0x7FFFFFFF
    if high > 0x3FD62E42:
        sign = 1 if x < 0 else 0
        if high >= 0x3FF0A2B2:
            k = int(1.44269504088896338700e00 * x + (0.5, -0.5)[sign])
        else:
            k = 1 - sign - sign
        hi = x - k * 6.93147180369123816490e-01
        lo = k * 1.90821492927058770002e-10
        x = hi - lo
    elif high > 0x3E300000:
        k, hi, lo = 0, x, 0.0
    else:
        return 1.0 + x
    xx = x * x
    c = -1.65339022054652515390e-06 + xx * 4.13813679705723846039e-08
    c = 6.61375632143793436117e-05 + xx * c
    c = -2.77777777770155933842e-03 + xx * c
    c = x - xx * (1.66666666666666019037e-01 + xx * c)
    y = 1.0 + (x * c / (2.0 - c) - lo + hi)
    return math.ldexp(y, k)


def _exponential(x):
    return None if x is None else _finite(_exp(x))


def _log(x):
    if x is None or x <= 0:
        return None
    if x == 1.0:
        return 0.0
    k = 0
    if _high_word(x) < 0x00100000:
        k -= 54
        x *= 2.0**54
    bits = struct.unpack(">Q", struct.pack(">d", x))[0]
    high = (bits >> 32) + (0x3FF00000 - 0x3FE6A09E)
    k += (high >> 20) - 0x3FF
    high = (high & 0x000FFFFF) + 0x3FE6A09E
    f = struct.unpack(">d", struct.pack(">Q", (high << 32) | (bits & 0xFFFFFFFF)))[0] - 1.0
    half_square = 0.5 * f * f
    s = f / (2.0 + f)
    z = s * s
    w = z * z
    t1 = w * (3.999999999940941908e-01 + w * (2.222219843214978396e-01 + w * 1.531383769920937332e-01))
    t2 = 1.818357216161805012e-01 + w * 1.479819860511658591e-01
    t2 = z * (6.666666666666735130e-01 + w * (2.857142874366239149e-01 + w * t2))
    r = t2 + t1
    return s * (half_square + r) + k * 1.90821492927058770002e-10 - half_square + f + k * 6.93147180369123816490e-01


# Numbers, truths and times as text, and back


def _digits(x, least, most):
    """The shortest digits that read back as x; with an exponent where its size is not from `least` to below `most`."""
    mantissa, _, exponent = repr(abs(x)).partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + fraction).lstrip("0")
    point = len(whole) + int(exponent or 0) - (len(whole + fraction) - len(digits))
    digits = digits.rstrip("0") or "0"
    sign = "-" if math.copysign(1.0, x) < 0 else ""
    if x != 0 and not least <= abs(x) < most:
        rest = "." + digits[1:] if len(digits) > 1 else ""
        return f"{sign}{digits[0]}{rest}e{point - 1}"
    if digits == "0":
        return sign + "0"
    if point <= 0:
        return f"{sign}0.{'0' * -point}{digits}"
    if point >= len(digits):
        return sign + digits + "0" * (point - len(digits))
    return f"{sign}{digits[:point]}.{digits[point:]}"


def _plain(x):
    return "0" if x == 0 else _digits(x, 1e-5, 1e16)


def _write(x, kind):
    if x is None:
        return None
    micros = round(x * 1e6) if kind in ("date", "datetime") else math.inf
    if abs(micros) > 9e18 or not -9999 <= _civil(x)[0] <= 9999:
        return _plain(x)
    seconds, micros = divmod(micros, 1000000)
    year, month, day = _civil(seconds)
    text = f"{year:04}-{month:02}-{day:02}"
    if kind == "datetime":
        of_day = seconds % 86400
        text += f" {of_day // 3600:02}:{of_day // 60 % 60:02}:{of_day % 60:02}"
        if micros:
            text += f".{micros:06}".rstrip("0")
    return text


def _read_number(text):
    if text is None or not _NUMBER.fullmatch(text.strip()):
        return None
    return _finite(float(text))


def _read_truth(text):
    return None if text is None else _TRUTHS.get(text.strip().lower())


def _read_time(text, only_days):
    match = text is not None and _TIME.fullmatch(text.strip())
    if not match:
        return None
    year, month, day, hour, minute, second = (int(part or 0) for part in match.groups()[:6])
    try:
        start = datetime.datetime(year, month, day, hour, minute, second)
    except ValueError:
        return None
    seconds = (start - _EPOCH).total_seconds() + float(match[7] or 0)
    return None if only_days and seconds % _DAY != 0 else seconds


# Trees and links


def _leaf(splits, cells):
    """The leaf that a row comes to: `splits` are (feature, threshold or set of levels, missing goes left, left, right)."""
    at = 0 if splits else -1
    while at >= 0:
        feature, split, missing_left, left, right = splits[at]
        x = cells[feature]
        if x is None:
            at = left if missing_left else right
        elif isinstance(split, float):
            at = left if x <= split else right
        else:
            at = left if x in split else right
    return -1 - at


def _clamped(x):
    return min(max(x, 0.0), 1.0)


def _sigmoid(margin):
    if margin >= 0:
        return 1.0 / (1.0 + _exp(-margin))
    odds = _exp(margin)
    return odds / (1.0 + odds)


def _softmax(margins):
    top = max(margins)
    parts = [_exp(margin - top) for margin in margins]
    total = 0.0
    for part in parts:
        total += part
    return [part / total for part in parts]


def _shares(margins):
    parts = [_clamped(margin) for margin in margins]
    total = 0.0
    for part in parts:
        total += part
    return [part / total if total > 0 else 1.0 / len(parts) for part in parts]


def margins(row):
    """The margins of a row, a dict of raw values by column: one, or one a class."""
    absent = [name for name in COLUMNS if name not in row]
    if absent:
        raise KeyError(f"the row lacks the column {absent[0]!r}: give None where there is no value")
    return _margins(_features(_inputs(row)))


def score(row):
    """Scores a row, a dict of raw values by column: a dict of prediction, score (the margin) and p_<class>."""
    outputs = margins(row)
    if not CLASSES:
        number = min(_exp(outputs[0]), sys.float_info.max) if LINK == "log" else outputs[0]
        return {"prediction": number, "score": outputs[0]}
    if len(outputs) == 1:
        p = _sigmoid(outputs[0]) if LINK == "sigmoid" else _clamped(outputs[0])
        called, shares = int(p >= THRESHOLD), [1.0 - p, p]
    else:
        called = outputs.index(max(outputs))
        shares = _softmax(outputs) if LINK == "softmax" else _shares(outputs)
    result = {"prediction": CLASSES[called], "score": outputs[called if len(outputs) > 1 else 0]}
    result.update((f"p_{name}", share) for name, share in zip(CLASSES, shares))
    return result


# The command: a CSV in, scores out


def _cell(value):
    return _digits(value, 1e-5, 1e17) if isinstance(value, float) else value


def _main(arguments):
    if len(arguments) not in (1, 2) or arguments[0] in ("-h", "--help"):
        print(f"usage: {sys.argv[0]} ROWS.csv [SCORES.csv]\n\n{__doc__}", file=sys.stderr)
        return 0 if "-h" in arguments or "--help" in arguments else 2
    names = ["row", "prediction", "score"] + [f"p_{name}" for name in CLASSES]
    n_odd = 0
    with open(arguments[0], newline="", encoding="utf-8-sig") as rows:
        reader = csv.reader(rows)
        header = [name.strip() for name in next(reader, [])]
        absent = [name for name in COLUMNS if name not in header]
        if absent:
            print(f"{arguments[0]}: there is no column {absent[0]!r}", file=sys.stderr)
            return 2
        out = open(arguments[1], "w", newline="", encoding="utf-8") if arguments[1:] else sys.stdout
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(names)
        n_rows = 0
        for cells in reader:
            if not cells:
                continue
            if len(cells) != len(header):
                n_odd += 1
                continue
            n_rows += 1
            result = score({name: cell.strip() for name, cell in zip(header, cells)})
            writer.writerow([n_rows] + [_cell(result[name]) for name in names[1:]])
        if arguments[1:]:
            out.close()
    if n_odd:
        print(f"{n_odd} rows have another number of cells than the header and are not scored", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(_main(sys.argv[1:]))
