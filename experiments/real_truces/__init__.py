"""The real truces, followed and scored beside the simplest methods."""
