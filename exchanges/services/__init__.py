"""What happens to sessions, homework, windows, visits and contacts. One module a subject."""
