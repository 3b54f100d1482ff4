"""One peer on one split: reads train.csv and test.csv of a folder, writes <peer>.csv with `prediction` and, for two classes,
`probability` of the positive label. Usage: accuracy.py FOLDER PEER TARGET auc|accuracy|rmse POSITIVE|- SECONDS

Peers get the files as they are: pandas reads them, text columns become categories, rows without a label are dropped.
"""

import json
import sys
import time
import warnings

import numpy as np
import pandas as pd

warnings.filterwarnings("ignore")
folder, peer, target, metric, positive, seconds = sys.argv[1:7]
seconds = float(seconds)
threads = 2
seed = 7


def read(name):
    return pd.read_csv(f"{folder}/{name}", na_values=["", " "], keep_default_na=True)


train, test = read("train.csv"), read("test.csv")
train = train[train[target].notna()].reset_index(drop=True)
regression = metric == "rmse"
binary = metric == "auc"
y_text = train.pop(target)
if regression:
    classes, y = None, y_text.astype(float).to_numpy()
else:
    same = lambda v: str(v) == positive or (is_number(v) and is_number(positive) and float(v) == float(positive))

    def is_number(v):
        try:
            float(v)
            return True
        except ValueError:
            return False

    if binary:
        y = np.array([1 if same(v) else 0 for v in y_text])
        classes = None
    else:
        classes = sorted(y_text.unique(), key=str)
        y = y_text.map({c: i for i, c in enumerate(classes)}).to_numpy()
test = test[train.columns]
text_columns = [c for c in train.columns if train[c].dtype == object or str(train[c].dtype) in ("bool", "str", "string")]


def as_categories():
    a, b = train.copy(), test.copy()
    for c in text_columns:
        levels = pd.Index(a[c].dropna().astype(str).unique()).sort_values()
        a[c] = pd.Categorical(a[c].astype(str).where(a[c].notna()), categories=levels)
        b[c] = pd.Categorical(b[c].astype(str).where(b[c].notna()), categories=levels)
    return a, b


def as_text():
    a, b = train.copy(), test.copy()
    for c in text_columns:
        a[c] = a[c].astype(str).where(a[c].notna(), "missing")
        b[c] = b[c].astype(str).where(b[c].notna(), "missing")
    return a, b


def answer(model, rows):
    if regression:
        return np.asarray(model.predict(rows), dtype=float)
    return np.asarray(model.predict_proba(rows), dtype=float)


def lightgbm_default():
    import lightgbm as lgb

    a, b = as_categories()
    kind = lgb.LGBMRegressor if regression else lgb.LGBMClassifier
    return answer(kind(n_jobs=threads, random_state=seed, verbose=-1).fit(a, y), b)


def lightgbm_optuna():
    import lightgbm as lgb
    import optuna
    from sklearn.model_selection import KFold, StratifiedKFold

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    a, b = as_categories()
    started = time.monotonic()
    folds = (KFold if regression else StratifiedKFold)(5, shuffle=True, random_state=seed)
    splits = list(folds.split(a, y))
    objective = "regression" if regression else "binary" if binary else "multiclass"
    base = {"objective": objective, "num_threads": threads, "seed": seed, "verbose": -1}
    if objective == "multiclass":
        base["num_class"] = len(classes)
    data = lgb.Dataset(a, y, free_raw_data=False, params={"verbose": -1, "feature_pre_filter": False})

    def out_of_time(env):
        if time.monotonic() - started > seconds:
            raise lgb.callback.EarlyStopException(env.iteration, env.evaluation_result_list)

    def score(trial):
        params = base | {
            "learning_rate": trial.suggest_float("learning_rate", 0.01, 0.2, log=True),
            "num_leaves": trial.suggest_int("num_leaves", 4, 256, log=True),
            "min_data_in_leaf": trial.suggest_int("min_data_in_leaf", 2, 100, log=True),
            "feature_fraction": trial.suggest_float("feature_fraction", 0.4, 1.0),
            "bagging_fraction": trial.suggest_float("bagging_fraction", 0.5, 1.0),
            "bagging_freq": 1,
            "lambda_l2": trial.suggest_float("lambda_l2", 1e-3, 30, log=True),
            "lambda_l1": trial.suggest_float("lambda_l1", 1e-3, 10, log=True),
        }
        losses, rounds = [], []
        for inside, outside in splits:
            # A trial that would run over stops after the folds it finished
            if losses and time.monotonic() - started > seconds * 0.8:
                break
            booster = lgb.train(
                params,
                data.subset(inside),
                num_boost_round=2000,
                valid_sets=[data.subset(outside)],
                callbacks=[lgb.early_stopping(50, verbose=False), out_of_time],
            )
            losses.append(list(booster.best_score["valid_0"].values())[0])
            rounds.append(booster.best_iteration)
        trial.set_user_attr("rounds", int(np.mean(rounds)))
        return float(np.mean(losses))

    study = optuna.create_study(sampler=optuna.samplers.TPESampler(seed=seed))
    study.optimize(score, timeout=seconds * 0.8)
    best = base | study.best_params | {"bagging_freq": 1}
    booster = lgb.train(best, data, num_boost_round=study.best_trial.user_attrs["rounds"])
    out = booster.predict(b)
    return np.column_stack([1 - out, out]) if binary else out


def catboost_default():
    import catboost

    a, b = as_text()
    kind = catboost.CatBoostRegressor if regression else catboost.CatBoostClassifier
    model = kind(thread_count=threads, random_seed=seed, verbose=0, allow_writing_files=False)
    return answer(model.fit(a, y, cat_features=text_columns), b)


def ebm():
    from interpret.glassbox import ExplainableBoostingClassifier, ExplainableBoostingRegressor

    a, b = as_text()
    kind = ExplainableBoostingRegressor if regression else ExplainableBoostingClassifier
    return answer(kind(n_jobs=threads, random_state=seed).fit(a, y), b)


def autogluon():
    from autogluon.tabular import TabularPredictor

    a = train.copy()
    a["__y"] = y
    kind = "regression" if regression else "binary" if binary else "multiclass"
    scored = {"auc": "roc_auc", "accuracy": "accuracy", "rmse": "root_mean_squared_error"}[metric]
    predictor = TabularPredictor("__y", problem_type=kind, eval_metric=scored, path=f"{folder}/autogluon", verbosity=0)
    predictor.fit(a, presets="medium_quality", time_limit=seconds, num_cpus=threads)
    if regression:
        return predictor.predict(test).to_numpy()
    return predictor.predict_proba(test).to_numpy()


def tabm():
    """TabM with piecewise-linear embeddings as its authors recommend, AdamW, early stopping on a fifth of the rows."""
    import torch
    from rtdl_num_embeddings import PiecewiseLinearEmbeddings, compute_bins
    from sklearn.model_selection import train_test_split
    from sklearn.preprocessing import QuantileTransformer
    from tabm import TabM

    torch.manual_seed(seed)
    torch.set_num_threads(threads)
    started = time.monotonic()
    a, b = as_categories()
    numeric = [c for c in a.columns if c not in text_columns and a[c].nunique() > 1]
    median = a[numeric].median()
    to_values = lambda frame: frame[numeric].fillna(median).to_numpy(dtype=np.float32)
    scaler = QuantileTransformer(output_distribution="normal", random_state=seed).fit(to_values(a))
    # One code more than the levels for missing and unseen
    codes = lambda frame: np.column_stack([np.where(frame[c].cat.codes < 0, len(a[c].cat.categories), frame[c].cat.codes) for c in text_columns]).astype(np.int64) if text_columns else None
    x_num, t_num = (torch.tensor(scaler.transform(to_values(f)).astype(np.float32)) for f in (a, b))
    x_cat, t_cat = (torch.tensor(codes(f)) if text_columns else None for f in (a, b))
    mean, spread = (y.mean(), y.std()) if regression else (0, 1)
    labels = torch.tensor((y - mean) / spread, dtype=torch.float32) if regression else torch.tensor(y)
    inside, outside = train_test_split(np.arange(len(y)), test_size=0.2, random_state=seed, stratify=None if regression else y)
    outputs = 1 if regression else 2 if binary else len(classes)
    bins = compute_bins(x_num[inside], n_bins=48)
    model = TabM.make(
        n_num_features=len(numeric),
        cat_cardinalities=[len(a[c].cat.categories) + 1 for c in text_columns],
        d_out=outputs,
        num_embeddings=PiecewiseLinearEmbeddings(bins, 16, activation=False, version="B"),
    )
    optimiser = torch.optim.AdamW(model.parameters(), lr=2e-3, weight_decay=3e-4)
    part = lambda x, rows: None if x is None else x[rows]

    def forward(n, c):
        return model(n, c) if c is not None else model(n)

    def loss_of(out, t):
        k = out.shape[1]
        flat, repeated = out.flatten(0, 1), t.repeat_interleave(k)
        return torch.nn.functional.mse_loss(flat.squeeze(-1), repeated) if regression else torch.nn.functional.cross_entropy(flat, repeated)

    def predict(n, c):
        model.eval()
        with torch.no_grad():
            blocks = []
            for i in range(0, len(n), 4096):
                out = forward(n[i : i + 4096], part(c, slice(i, i + 4096)))
                blocks.append(out.mean(1).squeeze(-1) if regression else out.softmax(-1).mean(1))
        return torch.cat(blocks).numpy()

    best, best_state, wait, generator = np.inf, None, 0, np.random.default_rng(seed)
    while wait < 16 and time.monotonic() - started < seconds:
        model.train()
        order = generator.permutation(inside)
        for i in range(0, len(order), 256):
            rows = torch.tensor(order[i : i + 256])
            optimiser.zero_grad()
            loss_of(forward(x_num[rows], part(x_cat, rows)), labels[rows]).backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimiser.step()
            if time.monotonic() - started > seconds:
                break
        out = predict(x_num[outside], part(x_cat, outside))
        held = labels[outside].numpy()
        now = float(np.mean((out - held) ** 2)) if regression else float(-np.mean(np.log(np.maximum(out[np.arange(len(held)), held], 1e-12))))
        if now < best:
            best, wait, best_state = now, 0, {k: v.clone() for k, v in model.state_dict().items()}
        else:
            wait += 1
    model.load_state_dict(best_state)
    out = predict(t_num, t_cat)
    return out * spread + mean if regression else out


started = time.monotonic()
out = {
    "lightgbm": lightgbm_default,
    "lightgbm_optuna": lightgbm_optuna,
    "catboost": catboost_default,
    "ebm": ebm,
    "tabm": tabm,
    "autogluon": autogluon,
}[peer]()
spent = time.monotonic() - started
if regression:
    frame = pd.DataFrame({"prediction": out})
elif binary:
    frame = pd.DataFrame({"prediction": (out[:, 1] >= 0.5).astype(int), "probability": out[:, 1]})
else:
    frame = pd.DataFrame({"prediction": [classes[i] for i in out.argmax(1)]})
frame.to_csv(f"{folder}/{peer}.csv", index=False)
print(json.dumps({"seconds": spent}))
