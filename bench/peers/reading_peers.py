"""Reads every file of a folder with each reader as its documentation shows it first, all columns as text; writes what came out."""
import json
import pathlib
import re
import sys

import clevercsv
import duckdb
import pandas as pd
import polars as pl


def text(value):
    return "" if value is None or value != value else str(value)


def frame(names, rows):
    return {"header": [text(n) for n in names], "records": [[text(v) for v in row] for row in rows]}


def from_pandas(path, **options):
    found = pd.read_csv(path, dtype=str, keep_default_na=False, **options)
    return frame(found.columns, found.values.tolist())


def from_duckdb(path, **options):
    found = duckdb.read_csv(path, all_varchar=True, **options)
    names = found.columns
    if all(re.fullmatch(r"column\d+", name) for name in names):
        names = []
    return frame(names, found.fetchall())


def from_polars(path, **options):
    found = pl.read_csv(path, infer_schema=False, **options)
    return frame(found.columns, found.rows())


def from_clevercsv(path):
    rows = clevercsv.read_table(path)
    return frame(rows[0], rows[1:])


readers = {
    "duckdb": from_duckdb,
    "duckdb, lenient": lambda p: from_duckdb(p, ignore_errors=True, null_padding=True),
    "pandas": from_pandas,
    "pandas, sniffing": lambda p: from_pandas(p, sep=None, engine="python"),
    "polars": from_polars,
    "polars, lenient": lambda p: from_polars(p, truncate_ragged_lines=True, ignore_errors=True, encoding="utf8-lossy"),
    "clevercsv": from_clevercsv,
}

folder = pathlib.Path(sys.argv[1])
out = {}
for path in sorted(folder.iterdir()):
    for name, read in readers.items():
        try:
            out.setdefault(name, {})[path.stem] = read(str(path))
        except BaseException as error:  # a reader may end in a panic
            out.setdefault(name, {})[path.stem] = {"error": str(error)[:200]}
pathlib.Path(sys.argv[2]).write_text(json.dumps(out), encoding="utf8")
