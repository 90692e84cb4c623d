"""Pages of the matching. One module a thing."""
