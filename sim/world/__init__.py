"""Floor 3: the state of one run (residents, captives, passage, pressure, grievances) and what may be done to it."""
