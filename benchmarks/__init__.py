"""Speed and memory, printed and never asserted: `make bench`, or `python -m benchmarks.bench`."""
