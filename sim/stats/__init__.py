"""Statistics that know nothing of the model: intervals, survival curves, a Hawkes process."""
