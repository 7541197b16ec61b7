"""What can be said of a town folder before and beside its runs: its check, its page, its targets."""
