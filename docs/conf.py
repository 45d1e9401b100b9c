"""Sphinx settings. Pages hold prose; whatever the library knows itself is put in at the build."""

from __future__ import annotations

import sys
from importlib.metadata import version as version_of
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "_ext"))

project = "carbonpeak"
author = "The carbonpeak authors"
copyright = author
release = version_of("carbonpeak")
version = release

extensions = [
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "numpydoc",
    "myst_nb",
    "generated",
]
exclude_patterns = ["_build", "_ext", "README.md"]
language = "en"
default_role = "code"

html_theme = "furo"
html_title = f"carbonpeak {release}"
html_static_path = ["_static"]
html_css_files = ["carbonpeak.css"]
html_copy_source = False
html_show_sourcelink = False

myst_enable_extensions = ["attrs_block", "colon_fence", "deflist"]
myst_heading_anchors = 3

# Pages with cells are run at every build: a page that no longer works stops it.
nb_execution_mode = "force"
nb_execution_in_temp = True
nb_execution_raise_on_error = True
nb_execution_timeout = 300
nb_merge_streams = True

autosummary_generate = False
autodoc_member_order = "bysource"
autodoc_typehints = "none"
numpydoc_show_class_members = False
python_maximum_signature_line_length = 88
