"""Repeats the application's predictions with Python's onnxruntime on model.onnx alone.

Usage: python onnx_parity.py <folder written by onnx-parity.ts>
Needs: pip install onnxruntime numpy. Prints one JSON line for each model; exits 1 when any error exceeds 1e-5
(absolute on probabilities, relative above 1 on margins and regression values) or a label is wrong.
"""
import json
import sys
from pathlib import Path

import numpy as np
import onnxruntime as ort

TOLERANCE = 1e-5
MISSING_TIME = np.iinfo(np.int64).min


def tensor(column):
    values = column["values"]
    if column["type"] == "string":
        return np.array([["" if v is None else v] for v in values], dtype=object)
    numbers = np.array([np.nan if v is None else float(v) for v in values], dtype=np.float64)
    if column["type"] == "double":
        return numbers.reshape(-1, 1)
    times = [MISSING_TIME if v is None or not np.isfinite(float(v)) else int(v) for v in values]
    return np.array(times, dtype=np.int64).reshape(-1, 1)


def largest_error(actual, expected):
    actual = np.asarray(actual, dtype=np.float64).reshape(-1)
    expected = np.array([float(v) for v in expected], dtype=np.float64)
    assert actual.shape == expected.shape, (actual.shape, expected.shape)
    same = (actual == expected) | (np.isnan(actual) & np.isnan(expected))
    with np.errstate(invalid="ignore"):
        error = np.abs(actual - expected) / np.maximum(1, np.abs(expected))
    error = np.where(same, 0.0, np.where(np.isnan(error), np.inf, error))
    return float(error.max(initial=0.0))


def wrong_labels(case, labels):
    """Labels other than the most probable class, near-ties left aside."""
    outputs = np.array([float(v) for v in case["outputs"]])
    classes = case["classes"]
    table = np.stack([1 - outputs, outputs], axis=1) if case["task"] == "binary" else outputs.reshape(-1, len(classes))
    given = table[np.arange(len(table)), [classes.index(label) for label in labels]]
    return int((given < table.max(axis=1) - 1e-6).sum())


def check(folder):
    case = json.loads((folder / "rows.json").read_text(encoding="utf-8"))
    session = ort.InferenceSession(str(folder / "model.onnx"), providers=["CPUExecutionProvider"])
    names = case["names"]
    feeds = {column["name"]: tensor(column) for column in case["rows"]["columns"]}
    output = names["prediction"] or names["probability"] or names["probabilities"]
    margin, values = session.run([names["margin"], output], feeds)
    wrong = 0 if names["label"] is None else wrong_labels(case, session.run([names["label"]], feeds)[0])
    return {
        "model": folder.name,
        "onnxruntime": ort.__version__,
        "rows": case["rows"]["rowCount"],
        "marginError": largest_error(margin, case["margins"]),
        "outputError": largest_error(values, case["outputs"]),
        "wrongLabels": wrong,
    }


def main():
    results = [check(path.parent) for path in sorted(Path(sys.argv[1]).glob("*/rows.json"))]
    for result in results:
        print(json.dumps(result))
    bad = [r for r in results if max(r["marginError"], r["outputError"]) > TOLERANCE or r["wrongLabels"] > 0]
    return 1 if bad or not results else 0


if __name__ == "__main__":
    sys.exit(main())
