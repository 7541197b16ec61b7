"""The parts of a day, each a function of the world: what is due, rival claims, strikes, flight."""
