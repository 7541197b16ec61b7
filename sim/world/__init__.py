"""The state of one run (residents, climate, grievances) and what may be done to it."""
