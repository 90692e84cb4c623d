"""Reads of the applications room. One module a subject."""
