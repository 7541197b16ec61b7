"""The explorer: a page on this machine where a truce is watched, changed and compared; `hudna explore`."""
