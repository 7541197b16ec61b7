"""What is done with a town folder besides running it: its check, its page, import, targets."""
