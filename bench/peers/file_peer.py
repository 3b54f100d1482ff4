"""What a script with pandas and LightGBM does: reads a CSV, scores it, writes a CSV.

Usage: python file_peer.py prepare <folder> <rows> | python file_peer.py score <folder> <threads>
"""

import sys
import time

START = time.perf_counter()
FOLDER = sys.argv[2]

if sys.argv[1] == "prepare":
    import lightgbm as lgb
    import numpy as np
    import pandas as pd

    rows = int(sys.argv[3])
    rng = np.random.default_rng(7)
    x = rng.standard_normal((rows, 28)).round(5)
    y = (x[:, 0] * x[:, 1] + np.sin(2 * x[:, 2]) + np.abs(x[:, 3]) + rng.standard_normal(rows) > 0.8).astype(int)
    names = [f"x{i}" for i in range(28)]
    train = slice(0, min(rows, 200_000))
    model = lgb.train(
        {"objective": "binary", "num_leaves": 31, "verbose": -1, "num_threads": 2},
        lgb.Dataset(x[train], y[train], feature_name=names), 100,
    )
    model.save_model(f"{FOLDER}/model.txt")
    pd.DataFrame(x, columns=names).to_csv(f"{FOLDER}/in.csv", index=False)
else:
    import lightgbm as lgb
    import pandas as pd

    model = lgb.Booster(model_file=f"{FOLDER}/model.txt")
    frame = pd.read_csv(f"{FOLDER}/in.csv")
    probability = model.predict(frame, num_threads=int(sys.argv[3]))
    pd.DataFrame({"prediction": (probability > 0.5).astype(int), "probability": probability}).to_csv(
        f"{FOLDER}/peer.csv", index=False
    )
    print(time.perf_counter() - START)
