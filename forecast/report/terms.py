"""The words that commands, reports and documentation share, each with one meaning."""

from __future__ import annotations

#: Words beside an interval; every report that goes into methods explains them.
INTERVAL_TERMS = {
    "level": "probability that the interval holds the outcome, if the method is right",
    "prediction interval": "where one outcome may fall: uncertainty of the line and scatter of the models together",
    "confidence interval": "where the line, or its growth, may be: no statement about any one model",
    "order of magnitude (OOM)": "a factor of ten; residuals and bias are measured in it",
    "reported, derived, imputed": "as published; computed from published inputs; filled in from similar models",
}

#: The others, by subject.
TERMS = INTERVAL_TERMS | {
    "estimand": "what an interval is about: the next frontier model, the record, or the trend line",
    "frontier": "the models that a trend is fitted to; a rule such as top10 says which",
    "member": "a model that is at the frontier on its publication date",
    "record": "the largest model so far",
    "growth": "factor a year of the trend line; its interval is a confidence interval",
    "draw": "one joint sample of everything that is uncertain; quantiles of many draws are the intervals",
    "seed": "where the random draws start; the same seed gives the same digits",
    "origin": "the day up to which a forecast knows anything; nothing published later is in it",
    "horizon": "time between the origin and what is forecast",
    "hindcast": "a forecast made now, of times already past, from what was known then",
    "backtest": "hindcasts from several origins, scored on what then happened",
    "vintage": "the database as it stood on a past day, with the errors it had then",
    "track record": "how often intervals of the same method held at past origins, and how far off the method was",
    "coverage": "share of outcomes inside intervals; it should be the level",
    "CRPS": "distance of a forecast's draws from the outcome, in orders of magnitude; lower is better",
    "skill": "share by which the CRPS is below that of persistence",
    "persistence": "the forecast that the next models are like those of the last year",
    "note": "something to doubt about a result, with a stable code; a warning means that the numbers may mislead",
    "training compute": "arithmetic operations of a training run, in FLOP",
    "active parameters": "parameters that work on one token; fewer than all in a mixture of experts",
    "tokens": "units of text seen in training, repetitions included",
    "law": "a formula of loss or another response, with parameters to fit",
    "role": "what a column is to a law: N parameters, D tokens, C compute, L loss",
    "certificate": "what stands behind a fit: objective, gradient, starts that agree, the next best optimum",
    "utilization (MFU)": "share of the chip's dense peak that the model's own arithmetic uses",
    "PUE": "energy of the data centre over energy of its computers",
    "location based, market based": "carbon of the grid at the place; carbon of the contracts that were bought",
    "lifecycle, direct": "carbon of a kilowatt-hour with building and fuel supply; of burning alone",
    "embodied carbon": "carbon of making the hardware, shared out over the hours it works",
    "rental, ownership": "chip-hours at a price an hour; hardware used up plus electricity",
    "convention": "what a number includes; only numbers of one convention are compared",
}  # fmt: skip
