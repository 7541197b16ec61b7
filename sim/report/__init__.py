"""Pictures and plain answers, made from the tables that a run leaves."""
