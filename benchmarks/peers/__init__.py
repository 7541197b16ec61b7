"""The same small workload in Hudna and in its peers: agreement of results first, then ratios of time."""
