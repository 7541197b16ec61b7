"""Why did it break, and what would have held it? Histories are rerun with one thing changed at a time."""
