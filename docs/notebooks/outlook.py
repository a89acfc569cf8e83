# %% [markdown]
# # A forecast, taken apart
#
# From a forecast of training cost to questions of one's own, asked of its draws.

# %%
import numpy as np
import pandas as pd

import forecast

cost = forecast.predict("cost", ["2028"])
cost

# %% [markdown]
# A result shows itself as the page that the command prints. Behind it are draws of the next frontier model, so any question has
# an answer with the same uncertainty. How likely is a run of more than a billion dollars?

# %%
print(f"{np.mean(cost.draws[:, 0] > 1e9):.0%} of draws are above $1 B")

# %% [markdown]
# ## What would it have said?
#
# The same question at three past dates, each knowing only what was published by then, beside the largest model that then stood.

# %%
rows = []
for known in (2022, 2023, 2024):
    past = forecast.predict(
        "compute", [f"{known + 2}"], known_by=f"{known}", levels=(0.9,), estimand="record", draws=4000
    )
    then = forecast.predict("compute", [f"{known + 3}"], known_by=f"{known + 2}", levels=(0.9,), draws=500)
    row = past.summary().iloc[0]
    rows.append(
        {
            "known by": known,
            "record in": known + 2,
            "median": row["median"],
            "lower": row["lower"],
            "upper": row["upper"],
            "came": then.record,
        }
    )

# %%
pd.DataFrame(rows).map(lambda value: f"{value:.1e}" if value > 1e6 else f"{value:g}")

# %% [markdown]
# ## Everything at once
#
# The coherent forecast draws compute once, and everything else from it. So ratios are questions too: what does a kilowatt-hour
# of training cost, and how many tokens does a parameter get?

# %%
outlook = forecast.next_generation(["2028"])
draws = {name: values[:, 0] for name, values in outlook.draws.items()}
for title, ratio in {
    "tokens per active parameter": draws["tokens"] / draws["active_parameters"],
    "dollars per kWh": draws["cost_usd"] / draws["energy_kwh"],
    "kg CO2 per kWh": draws["carbon_operational_kg"] / draws["energy_kwh"],
}.items():
    low, middle, high = np.quantile(ratio, [0.05, 0.5, 0.95])
    print(f"{title}: {middle:.3g} (90 %: {low:.3g} to {high:.3g})")
