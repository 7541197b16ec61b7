"""The documentation as a site: `make docs`. Nothing in it is fetched, at building or at reading."""

project = "Hudna"
author = "the authors of Hudna"
copyright = "2026, the authors of Hudna"  # noqa: A001 (Sphinx reads this name)
extensions = ["myst_parser"]
myst_heading_anchors = 3
html_theme = "furo"
html_title = "Hudna"
html_copy_source = False
html_show_sphinx = False
highlight_language = "text"
