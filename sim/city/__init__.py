"""The synthetic city (residents, households, clans, quarters, kinship ties), or the user's own."""
