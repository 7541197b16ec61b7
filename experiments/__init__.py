"""The experiments: questions of the source, and the driver that answers them."""
