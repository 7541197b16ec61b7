"""Golden rows: what a few small histories were when they were last looked at."""
