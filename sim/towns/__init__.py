"""Towns of one's own: a folder with what is known of a town, and how that becomes a scenario."""
