"""Makes the corpus: bundles that must be refused, each with what its refusal must say (expected.json).

    tabwright train tests/data/penguins.csv --target sex --drop island --algorithm tree --set leaves=4 --folds 2 --out sound.zip
    python3 crates/model/tests/corpus/make.py sound.zip

Zips are written by Python's zipfile, not by the writer that belongs to the reader under test. What was once refused stays refused: new
cases are added, kept ones are not made again without a reason.
"""

import hashlib
import io
import json
import struct
import sys
import zipfile
from pathlib import Path

HERE = Path(__file__).parent
EPOCH = (1980, 1, 1, 0, 0, 0)
OWN = (
    "baseline.json card.md evaluation.json gate.json manifest.json model.json proof.csv proof.json recipe.json schema.json search.json"
).split()


def packed(entries, method=zipfile.ZIP_DEFLATED, attributes=0o644 << 16):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in entries:
            info = zipfile.ZipInfo(name, EPOCH)
            info.compress_type = method
            info.external_attr = attributes
            archive.writestr(info, content)
    return out.getvalue()


def sound(path):
    """The entries of a good bundle, without those that nothing here reads."""
    with zipfile.ZipFile(path) as archive:
        entries = {name: archive.read(name) for name in OWN}
    return sealed(entries)


def sealed(entries):
    """The manifest has the checksums of what is there."""
    manifest = json.loads(entries["manifest.json"])
    sums = {name: hashlib.sha256(content).hexdigest() for name, content in entries.items() if name != "manifest.json"}
    manifest["sha256"] = dict(sorted(sums.items()))
    return {**entries, "manifest.json": json.dumps(manifest).encode()}


def edited(entries, name, change):
    value = json.loads(entries[name])
    change(value)
    return sealed({**entries, name: json.dumps(value).encode()})


def replaced(entries, name, old, new):
    content = entries[name].replace(old, new, 1)
    assert content != entries[name], (name, old)
    return sealed({**entries, name: content})


def flagged(content, flag):
    """Sets a bit of the flags of the first entry, in its header and in the directory."""
    content = bytearray(content)
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.index(signature) + offset
        content[at : at + 2] = struct.pack("<H", struct.unpack("<H", content[at : at + 2])[0] | flag)
    return bytes(content)


def method_set(content, method):
    """Says that the first entry is compressed in another way."""
    content = bytearray(content)
    for signature, offset in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        at = content.index(signature) + offset
        content[at : at + 2] = struct.pack("<H", method)
    return bytes(content)


def overlapping(n_entries=40, n_bytes=4 << 20):
    """A bomb whose directory names the same compressed bytes many times."""
    one = packed([("a", bytes(n_bytes))])
    start = one.index(b"PK\x01\x02")
    end = one.index(b"PK\x05\x06")
    local, record = one[:start], one[start:end]
    # Names of one letter differ only in the last byte of a record.
    records = b"".join(record[:-1] + bytes([48 + at]) for at in range(n_entries))
    tail = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, n_entries, n_entries, len(records), len(local), 0)
    return local + records + tail


def tree_of(model):
    return model["predictor"]["trees"][0]


def cases(entries):
    good = packed(sorted(entries.items()))
    pack = lambda changed: packed(sorted(changed.items()))
    without = lambda name: pack({key: content for key, content in entries.items() if key != name})
    added = lambda name, content=b"x": pack(sealed({**entries, name: content}))

    def model(change):
        return pack(edited(entries, "model.json", lambda value: change(tree_of(value))))

    def put(key, at, value):
        def change(tree):
            tree[key][at] = value

        return change

    raw = entries["model.json"]
    threshold = next(str(x) for x in tree_of(json.loads(raw))["threshold"] if isinstance(x, float) and str(x).encode() in raw)
    # The zip itself.
    yield "empty", b"", "not a Tabwright bundle"
    yield "text", b"a,b\n1,2\n", "not a Tabwright bundle"
    yield "truncated", good[: len(good) // 2], "not a Tabwright bundle"
    yield "no-directory", good[: good.index(b"PK\x01\x02")], "not a Tabwright bundle"
    yield "empty-zip", packed([]), "lacks the entry manifest.json"
    yield "two-of-one-name", packed([*sorted(entries.items()), ("card.md", b"x")]), "two entries have one name"
    yield "traversal", added("../../etc/cron.d/x"), "no safe name"
    yield "absolute", added("/etc/passwd"), "no safe name"
    yield "backslash", added("..\\x"), "no safe name"
    yield "drive", added("C:x"), "no safe name"
    yield "bomb", packed([*sorted(entries.items()), ("zeros", bytes(40 << 20))]), "larger than the 16 MiB allowed"
    yield "bomb-overlapping", overlapping(), "larger than the 16 MiB allowed"
    yield "many-entries", packed([(str(at), b"") for at in range(1000)]), "1000 entries"
    yield "encrypted", flagged(good, 1), "Password required to decrypt file"
    yield "method-unknown", method_set(good, 97), "ompression method not supported"
    yield "link", packed(sorted(entries.items()), attributes=0o120777 << 16), "is a link"
    # Entries and their checksums.
    for name in OWN:
        yield f"without-{name.replace('.', '-')}", without(name), f"lacks the entry {name}"
    yield "checksum", pack({**entries, "card.md": entries["card.md"] + b"!"}), "card.md does not match its checksum"
    yield "unlisted", pack({**entries, "more.txt": b"x"}), "more.txt"
    yield "format-3", pack(edited(entries, "manifest.json", lambda value: value.update(format=3))), "format 3"
    yield "manifest-no-json", pack({**entries, "manifest.json": b"{"}), "manifest.json is damaged"
    yield "no-utf-8", replaced_pack(entries, "recipe.json", b'"', b"\xff\xfe"), "recipe.json is damaged"
    yield "nested", pack(sealed({**entries, "schema.json": b"[" * 100_000 + b"]" * 100_000})), "schema.json is damaged"
    # Trees.
    yield "cyclic", model(put("right", 0, 0)), "does not come after"
    yield "child-beyond", model(put("right", 0, 1 << 30)), "model.json is damaged"
    yield "feature-beyond", model(put("feature", 0, 999)), "model.json is damaged"
    yield "arrays-uneven", model(lambda tree: tree["threshold"].append(1.0)), "model.json is damaged"
    yield "nan", replaced_pack(entries, "model.json", threshold.encode(), b"NaN"), "model.json is damaged"
    yield "infinite", replaced_pack(entries, "model.json", threshold.encode(), b"1e999"), "model.json is damaged"
    yield "null", replaced_pack(entries, "model.json", threshold.encode(), b"null"), "model.json is damaged"
    # Entries that do not fit each other.
    yield "two-columns", pack(edited(entries, "schema.json", twice)), "schema.json"
    yield "target-other", pack(edited(entries, "model.json", lambda value: value.update(target="species"))), "target"
    yield "proof-short", pack(edited(entries, "proof.json", drop_row)), "proof"
    yield "proof-no-hex", pack(edited(entries, "proof.json", spoil)), "16 hex digits"


def replaced_pack(entries, name, old, new):
    return packed(sorted(replaced(entries, name, old, new).items()))


def twice(schema):
    schema["columns"][1]["name"] = schema["columns"][0]["name"]


def drop_row(proof):
    proof["margins"].pop()


def spoil(proof):
    proof["margins"][0][0] = "x" + proof["margins"][0][0][1:]


def main():
    expected = {}
    for name, content, said in cases(sound(sys.argv[1])):
        (HERE / f"{name}.zip").write_bytes(content)
        expected[name] = said
    (HERE / "expected.json").write_text(json.dumps(expected, indent=2, sort_keys=True) + "\n")


main()
