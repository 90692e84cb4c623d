"""Forms of the matching. One module a page."""
