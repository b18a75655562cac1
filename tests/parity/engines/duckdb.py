"""DuckDB with the query that `tabwright export --to sql` writes."""

import duckdb
import pandas

NAME = "DuckDB"
# An engine reads and plans all of a query before it starts.
MAX_SPLITS = 20_000


def refuses(case):
    """What the command refuses too."""
    return "more splits than a query takes" if case.n_splits > MAX_SPLITS else None


def score(case):
    """The raw rows as a table, in their order."""
    file = case.folder / "model.sql"
    case.run(["export", case.bundle, "--to", "sql", "--out", file])
    database = duckdb.connect()
    database.register("input", frame(case))
    found = database.sql(f"SELECT * FROM ({file.read_text('utf-8')}) ORDER BY row_number").df()
    return {name: found[name].tolist() for name in case.expected}


def frame(case):
    """Numbers as doubles, all else as texts, and the rows' numbers."""
    columns = {
        name: pandas.Series([row[name] for row in case.raw], dtype=float if kind in ("integer", "decimal") else object)
        for name, kind in case.kinds.items()
    }
    return pandas.DataFrame({**columns, "row_number": range(len(case.raw))})


