"""What happens to calls and applications. One module a subject; each service says what it locks, mails and
raises."""
