"""What happens to mail and reminders."""

from sdgpartners.notifications.services.outbox import (
    hold_mail,
    queue_mail,
    queue_mail_to_address,
    send_again,
)
from sdgpartners.notifications.services.reminders import send_due
from sdgpartners.notifications.services.sending import drain_outbox

__all__ = ["drain_outbox", "hold_mail", "queue_mail", "queue_mail_to_address", "send_again", "send_due"]
