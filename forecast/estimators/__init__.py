"""Scaling laws as scikit-learn regressors, for pipelines, ``GridSearchCV`` and ``TimeSeriesSplit``.

They fit with the solver of :func:`forecast.fit`, certificate included (``status_``), and add intervals to predictions.
A law takes as many columns of ``X`` as it has inputs: the first ones, or those named by ``columns``.

Examples
--------
>>> import numpy as np
>>> size = np.geomspace(1e6, 1e10, 30)
>>> loss = 1.7 + 400 * size**-0.34
>>> law = PowerLawRegressor(floor=True).fit(size[:, None], loss)
>>> print(law.status_, {name: round(value, 2) for name, value in law.parameters_.items()})
certified {'E': 1.7, 'A': 400.0, 'k': -0.34}

Which exponents predict larger sizes is a question for a split by size, as for time:

>>> from sklearn.model_selection import GridSearchCV, TimeSeriesSplit
>>> search = GridSearchCV(PowerLawRegressor(), {"floor": [False, True]}, cv=TimeSeriesSplit(3))
>>> search.fit(size[:, None], loss).best_params_
{'floor': True}
"""

from forecast.estimators.checks import expected_failed_checks
from forecast.estimators.chinchilla import ChinchillaRegressor
from forecast.estimators.doubts import DoubtfulFitWarning
from forecast.estimators.power_law import PowerLawRegressor
from forecast.estimators.scaling_law import ScalingLawRegressor

__all__ = [
    "ChinchillaRegressor",
    "DoubtfulFitWarning",
    "PowerLawRegressor",
    "ScalingLawRegressor",
    "expected_failed_checks",
]
