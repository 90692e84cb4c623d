"""Sentences of allauth that people meet here and that its Dutch says with “je”. Named here they stand in the
portal's own catalogues, which go before those of allauth, and speak to people as the portal does everywhere."""

from django.utils.translation import gettext_noop

TEXTS = (
    gettext_noop("The email address and/or password you specified are not correct."),
    gettext_noop("Please type your current password."),
    gettext_noop("Be patient, you are sending too many requests."),
    gettext_noop("Use your password"),
    gettext_noop("You must type the same password each time."),
    gettext_noop("You cannot deactivate two-factor authentication."),
    gettext_noop("You cannot generate recovery codes without having two-factor authentication enabled."),
    gettext_noop("You cannot activate two-factor authentication until you have verified your email address."),
)
