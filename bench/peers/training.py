"""One training of a peer on a shape: training.py FOLDER THREADS lightgbm|lightgbm-quantised|xgboost. Prints seconds from
values in memory to model, binning included, the AUC on the test rows, and peak memory."""

import json
import resource
import sys
import time

import numpy as np

folder, threads, peer = sys.argv[1], int(sys.argv[2]), sys.argv[3]
shape = json.load(open(f"{folder}/shape.json"))
n, width = shape["rows"], shape["numeric"] + shape["categories"]
total = n + round(n / 5)
y_all = np.fromfile(f"{folder}/label.bin", dtype=np.float64)
x = np.fromfile(f"{folder}/rows.bin", dtype=np.float32, count=n * width).reshape(n, width)
y = y_all[:n].astype(np.float32)
classes = shape["classes"]
several = classes > 2
categories = list(range(shape["numeric"], width))

if peer.startswith("lightgbm"):
    import lightgbm as lib

    params = dict(
        objective="multiclass" if several else "binary",
        num_leaves=shape["leaves"],
        learning_rate=0.1,
        max_bin=255,
        min_data_in_leaf=20,
        num_threads=threads,
        verbose=-1,
    )
    if several:
        params["num_class"] = classes
    if peer.endswith("quantised"):
        params.update(use_quantized_grad=True, quant_train_renew_leaf=True)
    started, cpu = time.perf_counter(), time.process_time()
    data = lib.Dataset(x, y, params=params, categorical_feature=categories or "auto").construct()
    binned = time.perf_counter()
    model = lib.train(params, data, shape["rounds"])
else:
    import xgboost as lib

    params = dict(
        objective="multi:softprob" if several else "binary:logistic",
        grow_policy="lossguide",
        max_leaves=shape["leaves"],
        max_depth=0,
        eta=0.1,
        max_bin=255,
        tree_method="hist",
        nthread=threads,
    )
    if several:
        params["num_class"] = classes
    kinds = ["q"] * shape["numeric"] + ["c"] * shape["categories"]
    options = dict(feature_types=kinds, enable_categorical=True) if categories else {}
    started, cpu = time.perf_counter(), time.process_time()
    data = lib.QuantileDMatrix(x, y, max_bin=255, nthread=threads, **options)
    binned = time.perf_counter()
    model = lib.train(params, data, shape["rounds"])

seconds = time.perf_counter() - started
cpu = time.process_time() - cpu
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
test = np.fromfile(f"{folder}/rows.bin", dtype=np.float32, offset=4 * n * width).reshape(total - n, width)
if peer == "xgboost":
    scores = model.predict(lib.DMatrix(test, **options))
else:
    scores = model.predict(test)
y_test = y_all[n:]


def auc(score, positive):
    _, inverse, counts = np.unique(score, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[inverse]
    ones = positive.sum()
    return (ranks[positive].sum() - ones * (ones + 1) / 2) / (ones * (len(positive) - ones))


value = np.mean([auc(scores[:, k], y_test == k) for k in range(classes)]) if several else auc(scores, y_test == 1)
print(
    json.dumps(
        dict(
            version=lib.__version__,
            seconds=seconds,
            binSeconds=binned - started,
            cpuSeconds=cpu,
            auc=float(value),
            peakMb=peak,
        )
    )
)
