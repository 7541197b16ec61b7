"""The documentation as a site: `make docs`. Nothing in it is fetched, at building or at reading."""

project = "Hudna"
author = "the authors of Hudna"
copyright = "2026, the authors of Hudna"  # noqa: A001 (Sphinx reads this name)
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
autodoc_typehints = "description"
autodoc_class_signature = "separated"
add_module_names = False
myst_heading_anchors = 3
html_theme = "furo"
html_static_path = ["_static"]
html_css_files = ["wrap.css"]
html_title = "Hudna"
html_copy_source = False
html_show_sphinx = False
highlight_language = "text"
