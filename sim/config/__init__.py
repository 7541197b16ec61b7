"""Between a config and a scenario: files, overrides, references, and what is said of mistakes."""
