"""What every report says of its own worth."""

from __future__ import annotations

from sim.disk.results import statement

STATEMENT = statement()

LIMITS = (
    "The source gives one side's view of one city; other views may differ, and the model inherits its gaps.",
    "Most parameters are assumed, and those that are calibrated are known to a factor of two or three at "
    "best. The table of parameters says which are seen, calibrated or assumed.",
    "There is no duration data for undeclared social truces, so how long a truce holds here cannot be "
    "checked against any record: compare points with each other, and do not read days as forecasts.",
    "Deaths are calibrated to one town and season, as a range; how they are spread over events is assumed.",
    "Intervals show how much chance moves a number from history to history, not how wrong the model is.",
    "A share over many histories is a share of model runs, not the probability that a real truce breaks.",
)
