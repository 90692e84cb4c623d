"""Reads of the matching room. One module a subject."""
