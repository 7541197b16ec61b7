"""The report of a result: one self-contained HTML file."""
