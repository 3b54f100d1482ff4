"""The Python side of scoring.ts and shap.ts: trains models, then times what it is asked to on one line of JSON each.

Usage: python trees_peer.py <folder> <train rows>. Writes x.f32 (column-major) and trees-<leaves>.bin for the application;
answers {"op": ..., "leaves": ..., "threads": ..., "rows": ...} with {"seconds": ...}, and where asked writes its values.
"""

import contextlib
import json
import os
import sys
import time
import warnings

import numpy as np

warnings.filterwarnings("ignore")
FOLDER, TRAIN_ROWS = sys.argv[1], int(sys.argv[2])
FEATURES = 28
ROUNDS = 100


def make_data(rows, seed):
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((rows, FEATURES), dtype=np.float32)
    x[:, 24:] = np.round(x[:, 24:] * 2)
    score = (
        x[:, 0] * x[:, 1] + np.sin(2 * x[:, 2]) + np.abs(x[:, 3]) - 0.5 * x[:, 4] ** 2 + 0.4 * x[:, 5] * x[:, 24]
        + np.where(x[:, 6] > 0.5, x[:, 7], -x[:, 8]) + 0.3 * x[:, 9:16].sum(axis=1)
    )
    y = (score + rng.standard_normal(rows) > 0).astype(np.float32)
    return x, y


X, Y = make_data(1_000_000, 7)
models, lights = {}, {}


def train(leaves):
    if leaves in models:
        return models[leaves]
    import xgboost as xgb

    x, y = X[:TRAIN_ROWS], Y[:TRAIN_ROWS]
    booster = xgb.train(
        {"objective": "binary:logistic", "grow_policy": "lossguide", "max_leaves": leaves, "max_depth": 0,
         "max_bin": 255, "eta": 0.1, "nthread": 2, "tree_method": "hist"},
        xgb.QuantileDMatrix(x, y, max_bin=255), ROUNDS,
    )
    arrays = arrays_of(booster)
    with open(f"{FOLDER}/trees-{leaves}.bin", "wb") as out:
        for name in ("root", "feature", "left", "right", "missing"):
            out.write(np.int32(len(arrays[name])).tobytes())
            out.write(arrays[name].astype(np.int32).tobytes())
        for name in ("threshold", "value", "cover"):
            out.write(arrays[name].astype(np.float32).tobytes())
    models[leaves] = (booster, arrays)
    return models[leaves]


def train_light(leaves):
    if leaves not in lights:
        import lightgbm as lgb

        lights[leaves] = lgb.train(
            {"objective": "binary", "num_leaves": leaves, "learning_rate": 0.1, "num_threads": 2, "verbose": -1},
            lgb.Dataset(X[:TRAIN_ROWS], Y[:TRAIN_ROWS]), ROUNDS,
        )
    return lights[leaves]


def arrays_of(booster):
    """Flat arrays in the application's form: left when x <= threshold."""
    dump = json.loads(booster.save_raw("json"))
    trees = dump["learner"]["gradient_booster"]["model"]["trees"]
    parts = {name: [] for name in ("root", "feature", "left", "right", "missing", "threshold", "value", "cover")}
    at = 0
    for tree in trees:
        left = np.array(tree["left_children"], dtype=np.int32)
        right = np.array(tree["right_children"], dtype=np.int32)
        leaf = left < 0
        limit = np.array(tree["split_conditions"], dtype=np.float32)
        parts["root"].append(np.array([at]))
        parts["feature"].append(np.where(leaf, -1, np.array(tree["split_indices"], dtype=np.int32)))
        parts["left"].append(np.where(leaf, 0, left + at))
        parts["right"].append(np.where(leaf, 0, right + at))
        parts["missing"].append(np.array(tree["default_left"], dtype=np.int32))
        parts["threshold"].append(np.where(leaf, 0, np.nextafter(limit, np.float32(-np.inf))))
        parts["value"].append(np.where(leaf, limit, 0))
        parts["cover"].append(np.array(tree["sum_hessian"], dtype=np.float32))
        at += len(left)
    return {name: np.concatenate(part) for name, part in parts.items()}


sessions = {}


def onnx_session(leaves, threads):
    import onnxruntime as ort
    from onnx import TensorProto, helper

    if (leaves, threads) in sessions:
        return sessions[(leaves, threads)]
    arrays = train(leaves)[1]
    roots = list(arrays["root"]) + [len(arrays["feature"])]
    tree_of = np.concatenate([np.full(roots[i + 1] - roots[i], i) for i in range(len(roots) - 1)])
    node = np.arange(len(tree_of)) - np.array(roots)[tree_of]
    leaf = arrays["feature"] < 0
    base = np.array(roots)[tree_of]
    ints = lambda values: [int(v) for v in values]
    ensemble = helper.make_node(
        "TreeEnsembleRegressor", ["x"], ["y"], domain="ai.onnx.ml", n_targets=1, post_transform="NONE",
        nodes_treeids=ints(tree_of), nodes_nodeids=ints(node),
        nodes_featureids=ints(np.where(leaf, 0, arrays["feature"])),
        nodes_modes=["LEAF" if v else "BRANCH_LEQ" for v in leaf],
        nodes_values=[float(v) for v in arrays["threshold"]],
        nodes_truenodeids=ints(np.where(leaf, 0, arrays["left"] - base)),
        nodes_falsenodeids=ints(np.where(leaf, 0, arrays["right"] - base)),
        nodes_missing_value_tracks_true=ints(arrays["missing"]),
        target_treeids=ints(tree_of[leaf]), target_nodeids=ints(node[leaf]), target_ids=[0] * int(leaf.sum()),
        target_weights=[float(v) for v in arrays["value"][leaf]],
    )
    graph = helper.make_graph(
        [ensemble], "trees",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [None, FEATURES])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [None, 1])],
    )
    model = helper.make_model(
        graph, opset_imports=[helper.make_opsetid("ai.onnx.ml", 3), helper.make_opsetid("", 17)], ir_version=9
    )
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    sessions[(leaves, threads)] = ort.InferenceSession(model.SerializeToString(), options, ["CPUExecutionProvider"])
    return sessions[(leaves, threads)]


def run(request):
    op, leaves, threads, rows = request["op"], request["leaves"], request["threads"], request.get("rows", 0)
    booster, _ = train(leaves)
    light = train_light(leaves) if op == "lightgbm" else None
    x = X[:rows]
    if op.startswith("xgboost"):
        import xgboost as xgb

        booster.set_param({"nthread": threads})
        # A fresh matrix each time: XGBoost keeps predictions with the one it made them for. Not timed.
        data = xgb.DMatrix(x, nthread=threads)
    start = time.perf_counter()
    if op == "xgboost":
        result = booster.predict(data, output_margin=True)
    elif op == "xgboost-inplace":
        result = booster.inplace_predict(x, predict_type="margin")
    elif op == "lightgbm":
        result = light.predict(x, raw_score=True, num_threads=threads)
    elif op == "onnxruntime":
        session = onnx_session(leaves, threads)
        start = time.perf_counter()
        result = session.run(None, {"x": x})[0]
    elif op == "xgboost-contribs":
        result = booster.predict(data, pred_contribs=True)
    elif op == "xgboost-interactions":
        result = booster.predict(data, pred_interactions=True)
    elif op == "shap":
        import shap

        explainer = shap.TreeExplainer(booster, feature_perturbation="tree_path_dependent")
        start = time.perf_counter()
        # XGBoost's own kernel must not answer for the package: values by its C extension.
        explainer.model.original_model = None
        explainer.model.model_type = "other"
        result = explainer.shap_values(x, check_additivity=False)
    elif op == "shap-interventional":
        import shap

        explainer = shap.TreeExplainer(booster, X[-request["background"]:], feature_perturbation="interventional")
        start = time.perf_counter()
        explainer.model.original_model = None
        explainer.model.model_type = "other"
        result = explainer.shap_values(x, check_additivity=False)
    elif op in ("woodelf", "woodelf-path", "woodelf-interactions", "woodelf-path-interactions"):
        result = woodelf(op, booster, x, request.get("background", 0))
    else:
        raise ValueError(op)
    seconds = time.perf_counter() - start
    if request.get("write"):
        np.asarray(result, dtype=np.float64).tofile(f"{FOLDER}/{op}.f64")
    return {"seconds": seconds, "shape": list(np.shape(result))}


def woodelf(op, booster, x, background):
    import pandas as pd
    from woodelf import WoodelfExplainer

    names = [f"f{i}" for i in range(FEATURES)]
    frame = pd.DataFrame(x, columns=names)
    booster.feature_names = names
    back = None if "path" in op else pd.DataFrame(X[-background:], columns=names)
    explainer = WoodelfExplainer(booster, back)
    try:
        if "interactions" in op:
            return explainer.shap_interaction_values(frame)
        return explainer.shap_values(frame)
    finally:
        booster.feature_names = None


np.ascontiguousarray(X.T).tofile(f"{FOLDER}/x.f32")
print(json.dumps({"ready": True}), flush=True)
for line in sys.stdin:
    request = json.loads(line)
    try:
        if request["op"] == "versions":
            from importlib.metadata import PackageNotFoundError, version

            found = {}
            for name in ("xgboost", "lightgbm", "onnxruntime", "shap", "woodelf_explainer", "pandas"):
                try:
                    found[name] = version(name)
                except PackageNotFoundError:
                    pass
            answer = found
        elif request["op"] == "train":
            train(request["leaves"])
            answer = {}
        else:
            with open(os.devnull, "w") as quiet, contextlib.redirect_stdout(quiet), contextlib.redirect_stderr(quiet):
                answer = run(request)
    except Exception as error:  # a peer that cannot do it is reported, not fatal
        answer = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps(answer), flush=True)
