"""Studies: a question answered from many histories. Design -> plan -> chunks of runs -> parts -> tables."""
