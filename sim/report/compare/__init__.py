"""Two results side by side: settings that differ, where histories diverge, outcomes beside each other."""
