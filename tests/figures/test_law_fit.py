import numpy as np
import pytest

import forecast
from forecast.figures.law_fit import draw


@pytest.mark.parametrize("law", ["power", "power_floor"])
def test_the_data_of_a_figure_are_the_rows_of_the_fit(law):
    x = np.geomspace(1e2, 1e6, 20)
    fit = forecast.fit({"x": x, "y": (1 + 50 * x**-0.5) * (1 + 0.01 * np.cos(np.arange(20)))}, law, draws=100)
    figure = draw(fit, "fit")
    assert [row["x"] for row in figure.data] == x.tolist()
    assert figure.svg.startswith("<svg")
    assert 'role="img"' in figure.svg
    assert "20 observed values" in figure.alt
    assert draw(fit, "fit").svg == figure.svg


def test_dates_and_several_inputs():
    time = np.linspace(2016.0, 2024.0, 12)
    growth = forecast.fit(
        {"t": time, "y": np.exp(0.8 * (time - 2020)) * (1 + 0.1 * np.sin(5 * time))}, "exponential", draws=100
    )
    assert "fitted exponential in time" in draw(growth, "fit").alt
    runs = forecast.fit("chinchilla", "chinchilla", where=["loss<3.44"], intervals="analytic", draws=100)
    assert "training compute" in draw(runs, "fit").svg
