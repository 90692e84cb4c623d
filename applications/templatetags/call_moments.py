"""Moments of a call, on the clocks of those who read of them."""

from datetime import datetime

from django import template
from django.template import Context
from django.utils.safestring import SafeString

from applications.models import Call
from applications.selectors.calls import zones_of
from sdgpartners.core.templatetags.ui import when

register = template.Library()


@register.simple_tag(takes_context=True)
def call_moment(context: Context, call: Call, moment: datetime, *, weekday: bool = False) -> SafeString:
    """`moment` in the zone in which `call` is announced, and in that of whoever is signed in. Without an account
    anybody of any country may be reading: then in the zones of all its partner countries."""
    user = context.get("user")
    if user is not None and user.is_authenticated:
        return when(moment, call.time_zone, mine=True, weekday=weekday)
    return when(moment, call.time_zone, other=zones_of(call), weekday=weekday)
