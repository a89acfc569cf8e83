# %% [markdown]
# # From loss curves to the bill
#
# A scaling law fitted to runs says how large a model a compute budget should buy; the cost graph says what that run takes.

# %%
import numpy as np

import forecast

runs = forecast.load_dataset("chinchilla").frame
fit = forecast.fit(runs[runs["loss"] < 3.44], law="chinchilla", N="params", C="compute_flop", L="loss")
fit

# %% [markdown]
# ## The best run for 1e24 FLOP

# %%
allocation = forecast.allocate(fit, [1e24])
allocation

# %% [markdown]
# The law has an interval, and so has the best size. What if the run is three times smaller and trained on three times the tokens?

# %%
best = {row.quantity: row for row in allocation.rows if row.level == 0.9}
size, tokens = best["parameters"].median, best["tokens"].median
places = {"N": [size, size / 3], "D": [tokens, 3 * tokens]}
fit.predict(places, levels=(0.9,), kind="mean").to_frame().round(3)

# %% [markdown]
# A little worse, and three times cheaper to serve. What does it take to train?

# %%
run = forecast.estimate(
    params=f"{size / 3:.3g}", tokens=f"{3 * tokens:.3g}", chip="H100", count="1024", region="France"
)
run.summary()[lambda table: table["level"] == 0.9].drop(columns=["convention", "level"]).set_index("quantity")

# %% [markdown]
# Cost and carbon are draws of the same run, so that they can be asked together.

# %%
cheap = run.draws["cost_usd"] < 2e6
print(
    f"under $2 M: {np.mean(cheap):.0%} of draws; their carbon {np.median(run.draws['carbon_kg'][cheap]) / 1000:.0f} t in the median"
)
