"""What others may hear of people. Sent inside the transaction: a receiver's rows stand or fall with it."""

from django.dispatch import Signal

# invitation: Invitation, token: str. The only moment at which the token exists in clear; it is mailed now.
invitation_created = Signal()

# kind, to, recipient: User | None, language, subject, message_id, error. A mail of the sign-in pages has left
# at once, without the outbox; notifications writes a line in the mail log. `error` is empty when it was sent.
account_mail_sent = Signal()
