"""The report: one HTML file that holds everything, from the tables of a result."""
