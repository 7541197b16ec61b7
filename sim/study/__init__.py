"""Studies: a question asked of many histories. Design -> plan -> chunks of runs -> parts -> tables."""
