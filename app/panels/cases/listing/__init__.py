"""The cases of one panel as a list: filtered, sorted, page by page."""
