"""A town of one's own: a folder with what is known of it, and how that becomes a scenario."""
