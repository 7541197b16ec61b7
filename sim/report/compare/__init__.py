"""Two results side by side: settings that differ, where histories part, outcomes beside each other."""
