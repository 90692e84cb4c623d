"""The interface components: one a tag, each with its markup in `templates/components/`.

Properties are declared: a mistyped name stops the template (TemplateSyntaxError), an empty required one
raises ValueError when it renders. `templates/portal/styleguide.html` shows each of them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import template
from django.core.paginator import Page
from django.forms import BaseForm
from django.http import QueryDict
from django.template import Context
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from sdgpartners.core import display
from sdgpartners.core.charts.svg import FILLS, SDG_FILLS
from sdgpartners.core.components import Badge, KeyFigure, Shape, TaskItem, Tone, badge_for, marker_for

register = template.Library()
Props = dict[str, Any]


def _need(tag: str, **values: Any) -> None:
    """Refuse empty required properties: Django turns a mistyped variable into an empty string."""
    for name, value in values.items():
        if value is None or value == "":
            raise ValueError(f"{tag}: {name} is empty")


@register.inclusion_tag("components/error_summary.html")
def error_summary(form: BaseForm | Iterable[BaseForm]) -> Props:
    """The list of all errors with links to their fields, for one form or several; nothing when there are
    none."""
    _need("error_summary", form=form)
    forms = [form] if isinstance(form, BaseForm) else list(form)
    return {"errors": [entry for each in forms for entry in _errors_of(each)]}


def _errors_of(form: BaseForm) -> list[dict[str, str]]:
    entries = []
    for name, messages in form.errors.items():
        field = form[name] if name in form.fields else None
        for message in messages:
            entries.append(
                {
                    "text": _joined(str(field.label) if field else "", str(message)),
                    "target": _first_id(form, name),
                }
            )
    return entries


def _joined(label: str, message: str) -> str:
    """`Label: message`, without a second sign after a label that is a question."""
    if not label:
        return message
    return f"{label} {message}" if label[-1] in "?!:." else display.labelled(label, message)


def _first_id(form: BaseForm, name: str) -> str:
    """The id that a link can focus: the field itself, or the first box of a group of boxes."""
    if name not in form.fields or form[name].is_hidden:
        return ""
    bound = form[name]
    if bound.use_fieldset:
        return next((str(box.id_for_label) for box in bound.subwidgets if box.id_for_label), bound.auto_id)
    return bound.id_for_label or bound.auto_id


def _inline(name: str, props: Props) -> SafeString:
    """A component that stands inside a sentence: rendered without the line's end of its file."""
    return mark_safe(render_to_string(f"components/{name}.html", props).strip())  # noqa: S308 escaped there


@register.simple_tag
def status_badge(value: Any = None, *, label: str = "", tone: str = "") -> SafeString:
    """A state as icon and word, of a row, an enum member, or `label=` with `tone=`."""
    badge: Badge = badge_for(value, label=label, tone=tone)
    return _inline("status_badge", {"label": badge.label, "tone": badge.tone.value})


@register.simple_tag
def icon(tone: str) -> SafeString:
    """The picture of a tone, hidden from screen readers: words stand beside it."""
    return _inline("icon", {"tone": Tone(tone).value})


@register.inclusion_tag("components/task_list.html")
def task_list(items: Iterable[TaskItem]) -> Props:
    """Steps to do, each with its state at the end of the line."""
    tasks = list(items)
    if not all(isinstance(item, TaskItem) for item in tasks):
        raise ValueError("task_list: items are TaskItem")
    return {"items": tasks}


@register.inclusion_tag("components/steps.html")
def steps(labels: Sequence[str], current: int) -> Props:
    """The states a thing passes through, in order; `current` counts from 0, `len(labels)` means all done."""
    _need("steps", labels=labels, current=current)
    rows = [{"label": label, "done": i < current, "current": i == current} for i, label in enumerate(labels)]
    return {"steps": rows}


@register.inclusion_tag("components/progress.html")
def progress(value: int, max: int, label: str) -> Props:
    """A bar with its words below it; `label` says what the bar says."""
    _need("progress", value=value, max=max, label=label)
    return {"value": value, "max": max, "label": label}


@register.inclusion_tag("components/empty_state.html")
def empty_state(title: str, text: str = "", *, url: str = "", label: str = "") -> Props:
    """What an empty list says: that it is empty, and what to do next."""
    _need("empty_state", title=title)
    if bool(url) != bool(label):
        raise ValueError("empty_state: url and label belong together")
    return {"title": title, "text": text, "url": url, "label": label}


@register.simple_tag
def country_marker(country: Any, *, show_name: bool = False) -> SafeString:
    """The shape of a country; its name stands beside it, or is read out only.

    `country` is a code known to `components.provide_markers`, or a row with `code`, `name`
    and `shape` or `marker`.
    """
    _need("country_marker", country=country)
    marker = marker_for(country)
    props = {"shape": Shape(marker.shape).value, "name": marker.name, "show_name": show_name}
    return _inline("marker", props)


@register.simple_tag
def sdg_chip(goal: Any, *, show_title: bool = False) -> SafeString:
    """A goal of the 2030 Agenda: its colour as a swatch beside its number. `goal` is a number or has
    `.number`."""
    _need("sdg_chip", goal=goal)
    number = int(getattr(goal, "number", goal))
    if not 1 <= number <= 17:
        raise ValueError(f"sdg_chip: there is no goal {number}")
    title = str(getattr(goal, "title", ""))
    if show_title:
        _need("sdg_chip", title=title)
    props = {"number": number, "title": title, "show_title": show_title, "fill": SDG_FILLS[number - 1]}
    return _inline("sdg_chip", props)


@register.simple_tag
def when(
    moment: datetime | date,
    zone: str = "",
    *,
    other: str | Iterable[str] = "",
    mine: bool = False,
    weekday: bool = False,
) -> SafeString:
    """A moment with its zone in <time>, also on the clocks of `other` (a zone, or several) and, with `mine`, on
    that of whoever reads the page or mail. A date needs no zone."""
    _need("when", moment=moment)
    if not isinstance(moment, datetime):
        return format_html(
            '<time datetime="{}">{}</time>', moment.isoformat(), display.format_date(moment, weekday=weekday)
        )
    others = [other] if isinstance(other, str) else list(other)
    zones = [zone or None, *filter(None, others), *([None] if mine else [])]
    text = display.format_moments(moment, zones, weekday=weekday)
    return format_html('<time datetime="{}">{}</time>', moment.isoformat(timespec="minutes"), text)


@register.simple_tag
def colon() -> str:
    """The colon behind a word that another tag wrote: in French it does not touch it."""
    return display.colon()


@register.simple_tag
def money(amount: Decimal | int, currency: str, *, short: bool = False) -> SafeString:
    """An amount with its currency, written as the reader's language does; `short` drops the cents."""
    _need("money", amount=amount, currency=currency)
    return format_html('<span class="nowrap">{}</span>', display.format_money(amount, currency, short=short))


@register.inclusion_tag("components/breadcrumbs.html")
def breadcrumbs(*crumbs: Any) -> Props:
    """The way here: label, address, label, address ... and perhaps a last label without address."""
    _need("breadcrumbs", crumbs=crumbs or None)
    pairs = [
        {"label": crumbs[i], "url": crumbs[i + 1] if i + 1 < len(crumbs) else ""}
        for i in range(0, len(crumbs), 2)
    ]
    for pair in pairs:
        _need("breadcrumbs", label=pair["label"])
    return {"crumbs": pairs}


@register.inclusion_tag("components/definition_list.html")
def definition_list(rows: Iterable[tuple[Any, Any]]) -> Props:
    """Terms with their values; an empty value shows as a dash with words for screen readers."""
    return {"rows": list(rows)}


@register.inclusion_tag("components/key_figures.html")
def key_figures(figures: Iterable[KeyFigure], *, plain: bool = False) -> Props:
    """The few figures that matter, a rule above each (`plain`: without)."""
    return {"figures": [asdict(figure) for figure in figures], "plain": plain}


def _address(context: Context, **changes: str | None) -> str:
    """The page's own address with some parameters changed (None removes one)."""
    query = context["request"].GET.copy() if "request" in context else QueryDict(mutable=True)
    for name, value in changes.items():
        query.pop(name, None)
        if value is not None:
            query[name] = value
    return f"?{query.urlencode()}"


@register.inclusion_tag("components/pagination.html", takes_context=True)
def pagination(context: Context, page_obj: Page[Any], *, param: str = "page") -> Props:
    """Earlier and later pages with the filters kept; nothing when there is one page."""
    _need("pagination", page_obj=page_obj)
    before = str(page_obj.previous_page_number()) if page_obj.has_previous() else None
    after = str(page_obj.next_page_number()) if page_obj.has_next() else None
    return {
        "page": page_obj,
        "previous_url": _address(context, **{param: before}) if before else "",
        "next_url": _address(context, **{param: after}) if after else "",
    }


@register.inclusion_tag("components/sortable_header.html", takes_context=True)
def sortable_header(
    context: Context, label: str, key: str, *, default: str = "", number: bool = False, param: str = "sort"
) -> Props:
    """A <th> that sorts by `key` on `?sort=key` and back on `?sort=-key`; `default` is the order without
    it."""
    _need("sortable_header", label=label, key=key)
    request = context.get("request")
    current = (request.GET.get(param) if request else "") or default
    direction = {key: "ascending", f"-{key}": "descending"}.get(current, "")
    following = f"-{key}" if direction == "ascending" else key
    # A new order starts at the first page.
    url = _address(context, **{param: following, "page": None})
    return {"label": label, "url": url, "direction": direction, "number": number}


@register.inclusion_tag("components/figure.html")
def figure(
    title: str,
    chart: SafeString,
    *,
    headers: Sequence[Any] = (),
    rows: Sequence[Sequence[Any]] = (),
    note: str = "",
    csv_url: str = "",
    legend: Sequence[tuple[str, str]] = (),
) -> Props:
    """A picture whose title states what it shows, with its table below; `legend` holds (class, words) pairs.

    A chart without headers has its table already (a heat map).
    """
    _need("figure", title=title, chart=chart)
    if not isinstance(chart, SafeString):
        raise ValueError("figure: chart is markup made by sdgpartners.core.charts or .maps")
    if any(len(row) != len(headers) for row in rows):
        raise ValueError("figure: each row has as many cells as there are headers")
    return {
        "title": title,
        "chart": chart,
        "headers": headers,
        "rows": rows,
        "note": note,
        "csv_url": csv_url,
        "legend": [(hue, words, FILLS[hue]) for hue, words in legend],
    }


@register.filter
def get_item(mapping: Mapping[Any, Any], key: Any) -> Any:
    """The value under `key`; KeyError where there is none, so that a wrong key is seen."""
    return mapping[key]


@register.simple_tag
def required_mark() -> SafeString:
    """The mark of a required field, for forms written by hand."""
    return format_html(
        '<span class="asteriskField" aria-hidden="true">*</span><span class="visually-hidden">{}</span>',
        _("required"),
    )
