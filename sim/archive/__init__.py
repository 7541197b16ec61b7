"""Results that last: packed into one file, and run again to see whether they come out the same."""
