"""What others may hear of people. Sent inside the transaction: a receiver's rows stand or fall with it."""

from django.dispatch import Signal

# invitation: Invitation, token: str. The only moment at which the token exists in clear; it is mailed now.
invitation_created = Signal()

# kind, to, recipient: User | None, language, subject, message_id, error. A mail of the sign-in pages has left
# at once, without the outbox; notifications writes a line in the mail log. `error` is empty when it was sent.
account_mail_sent = Signal()

# join_request: JoinRequest, token: str. Somebody asks to join; the token proves the address. It is empty where
# the request waits on the association already, or the person has the seat (`join_request` is unsaved then).
join_asked = Signal()

# join_request: JoinRequest. The address is proved: the association decides now.
join_waiting = Signal()

# join_request: JoinRequest. The association has decided, either way.
join_decided = Signal()

# membership: Membership. Somebody works for a municipality from now on.
membership_given = Signal()

# succession: Succession. A municipality has merged; its people work for the successor now.
municipality_succeeded = Signal()

# succession: Succession. Another person stands behind what the municipality signed.
sponsor_changed = Signal()
