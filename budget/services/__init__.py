"""What happens to money. One module a subject."""
