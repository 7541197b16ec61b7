"""Why did they break? Many broken histories of a study, each rerun with one thing changed at a time."""
