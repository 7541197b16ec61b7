"""Who acts. Factions, army and elders are Mesa agents; all act by log-linear hazards."""
