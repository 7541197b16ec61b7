"""Why did it break, and what would have held it? One history is rerun with one thing changed at a time."""
