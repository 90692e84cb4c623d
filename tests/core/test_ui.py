"""The component tags: their markup, escaping, and that mistakes are seen."""

import re
from types import SimpleNamespace
from typing import Any

import pytest
from django import forms
from django.core.paginator import Paginator
from django.db import models
from django.template import Context, Template, TemplateSyntaxError
from django.test import RequestFactory
from django.utils.safestring import mark_safe

from sdgpartners.core import components
from sdgpartners.core.components import KeyFigure, Marker, TaskItem, Tone

EVIL = "<script>x</script>"


def render(source: str, **context: Any) -> str:
    return Template("{% load ui %}" + source).render(Context(context))


class Status(models.TextChoices):
    DRAFT = "draft", "Draft text"
    LATE = "late", "Late text"


class ContactForm(forms.Form):
    name = forms.CharField(label="Name")
    agree = forms.BooleanField(label="Do you agree?")
    track = forms.ChoiceField(label="Track", choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect)

    def clean(self) -> None:
        raise forms.ValidationError(EVIL)


def test_error_summary_lists_each_error_with_a_link_to_its_field() -> None:
    html = render("{% error_summary form %}", form=ContactForm({}))
    assert re.findall(r'href="#([^"]+)"', html) == ["id_name", "id_agree", "id_track_0"]
    assert 'role="alert" tabindex="-1"' in html
    assert "Please correct 4 points" in html
    assert "Name: This field is required." in html
    assert "Do you agree? This field is required." in html
    assert EVIL not in html
    assert "&lt;script&gt;" in html


def test_error_summary_is_silent_without_errors() -> None:
    assert render("{% error_summary form %}", form=ContactForm()).strip() == ""


def test_error_summary_takes_several_forms() -> None:
    pair = [ContactForm({}, prefix="one"), ContactForm({}, prefix="two")]
    html = render("{% error_summary forms %}", forms=pair)
    assert 'href="#id_one-name"' in html
    assert 'href="#id_two-name"' in html


@pytest.mark.parametrize(
    "source",
    [
        "{% error_summary from=form %}",
        "{% status_badge value colour='red' %}",
        "{% progress 1 2 'x' size=3 %}",
        "{% money 1 currancy='EUR' %}",
        "{% figure 'x' chart header=rows %}",
        "{% sortable_header 'x' 'y' defualt='z' %}",
        "{% empty_state 'x' link='y' %}",
    ],
)
def test_a_mistyped_property_stops_the_template(source: str) -> None:
    with pytest.raises(TemplateSyntaxError):
        Template("{% load ui %}" + source)


@pytest.mark.parametrize(
    "source",
    [
        "{% error_summary forn %}",
        "{% status_badge applicaton %}",
        "{% progress 1 2 labell %}",
        "{% empty_state titel %}",
        "{% country_marker contry %}",
        "{% sdg_chip gaol %}",
        "{% when moement %}",
        "{% money amuont 'EUR' %}",
        "{% figure title chart %}",
        "{% breadcrumbs here there %}",
        "{% pagination page %}",
        "{% sortable_header lable 'x' %}",
    ],
)
def test_a_mistyped_variable_is_an_error_and_not_an_empty_place(source: str) -> None:
    with pytest.raises(ValueError, match=r"empty|no words"):
        render(source)


def test_badge_of_an_enum_member_a_row_and_a_row_with_a_stored_code() -> None:
    assert "tone-todo" in render("{% status_badge s %}", s=Status.DRAFT)
    row = SimpleNamespace(status=Status.LATE, get_status_display=lambda: "Late text")
    html = render("{% status_badge row %}", row=row)
    assert "tone-late" in html
    assert "Late text" in html
    stored = SimpleNamespace(status="late", get_status_display=lambda: "Late text")
    assert render("{% status_badge row %}", row=stored) == html


def test_badge_has_an_icon_and_a_word_and_escapes_it() -> None:
    html = render("{% status_badge label=word tone='done' %}", word=EVIL)
    assert "<svg" in html
    assert "&lt;script&gt;" in html
    assert EVIL not in html


def test_badge_never_shows_a_stored_code() -> None:
    with pytest.raises(ValueError, match="no words"):
        render("{% status_badge 'awaiting_sign_off' %}")


def test_badge_refuses_an_unknown_tone() -> None:
    with pytest.raises(ValueError, match="nice"):
        render("{% status_badge label='x' tone='nice' %}")


def test_own_tone_of_an_enum_wins() -> None:
    class Odd(models.TextChoices):
        DRAFT = "draft", "Draft"

        @property
        def tone(self) -> str:
            return "late"

    assert components.tone_for(Odd.DRAFT) == Tone.LATE


def test_every_tone_has_its_own_picture() -> None:
    drawn = {render("{% icon tone %}", tone=tone) for tone in Tone}
    assert len(drawn) == len(Tone)


def test_task_list_links_only_what_can_be_opened() -> None:
    items = [TaskItem("Open", "To do", "/a"), TaskItem(EVIL, "Not yet", tone=Tone.OFF, hint="Later")]
    html = render("{% task_list items %}", items=items)
    assert re.findall(r'href="([^"]+)"', html) == ["/a"]
    assert "<small>Later</small>" in html
    assert EVIL not in html


def test_task_list_refuses_loose_dictionaries() -> None:
    with pytest.raises(ValueError, match="TaskItem"):
        render("{% task_list items %}", items=[{"label": "x", "stauts": "y"}])


def test_progress_speaks_and_shows_the_same_words() -> None:
    html = render("{% progress 2 6 'Two of six' %}")
    assert '<progress value="2" max="6" aria-label="Two of six">' in html
    assert "<span>Two of six</span>" in html


def test_progress_of_zero_is_shown() -> None:
    assert 'value="0"' in render("{% progress 0 6 'None yet' %}")


def test_steps_mark_the_present_one() -> None:
    html = render("{% steps labels 1 %}", labels=["a", "b", "c"])
    assert html.count('class="done"') == 1
    assert html.count('aria-current="step"') == 1


def test_empty_state_needs_both_halves_of_its_link() -> None:
    assert 'href="/new"' in render("{% empty_state 'None' url='/new' label='Start' %}")
    with pytest.raises(ValueError, match="belong together"):
        render("{% empty_state 'None' url='/new' %}")


def test_marker_says_its_name_whether_shown_or_not() -> None:
    marker = Marker("RW", "triangle", "Rwanda")
    hidden = render("{% country_marker m %}", m=marker)
    assert '<span class="visually-hidden">Rwanda</span>' in hidden
    shown = render("{% country_marker m show_name=True %}", m=marker)
    assert shown.endswith("</svg> Rwanda")
    assert 'class="marker shape-triangle"' in shown


def test_marker_by_code_asks_the_provider(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(components, "_marker_source", [])
    with pytest.raises(LookupError):
        render("{% country_marker 'RW' %}")
    components.provide_markers(lambda: {"RW": Marker("RW", "circle", "Rwanda")})
    assert "shape-circle" in render("{% country_marker 'RW' %}")
    with pytest.raises(LookupError, match="XX"):
        render("{% country_marker 'XX' %}")


def test_marker_of_a_row_that_calls_its_shape_a_marker() -> None:
    row = SimpleNamespace(code="BJ", marker="circle", name="Benin")
    assert "shape-circle" in render("{% country_marker row %}", row=row)


def test_unknown_shape_fails() -> None:
    with pytest.raises(ValueError, match="hexagon"):
        render("{% country_marker row %}", row=SimpleNamespace(code="X", shape="hexagon", name="X"))


def test_sdg_chip_takes_a_number_or_a_goal() -> None:
    assert "<b>7</b>" in render("{% sdg_chip 7 %}")
    goal = SimpleNamespace(number=16, title="Peace & justice")
    html = render("{% sdg_chip goal show_title=True %}", goal=goal)
    assert 'class="s16" fill="#00689d"' in html
    assert "Peace &amp; justice" in html
    with pytest.raises(ValueError, match="no goal 18"):
        render("{% sdg_chip 18 %}")


def test_breadcrumbs_pair_labels_with_addresses() -> None:
    html = render("{% breadcrumbs 'Calls' '/calls/' title %}", title=EVIL)
    assert re.findall(r'href="([^"]+)"', html) == ["/calls/"]
    assert EVIL not in html
    assert html.count("<li>") == 2


def test_key_figures() -> None:
    html = render("{% key_figures f %}", f=[KeyFigure("14", "applications", "8 selected")])
    assert '<dt>applications</dt><dd class="value">14</dd><dd>8 selected</dd>' in html


def test_pagination_keeps_filters_and_disappears_on_one_page() -> None:
    request = RequestFactory().get("/?q=a&page=2")
    page = Paginator(range(30), 10).page(2)
    html = render("{% pagination page %}", page=page, request=request)
    assert re.findall(r'href="([^"]+)"', html) == ["?q=a&amp;page=1", "?q=a&amp;page=3"]
    single = render("{% pagination page %}", page=Paginator(range(3), 10).page(1), request=request)
    assert single.strip() == ""


@pytest.mark.parametrize(
    ("query", "url", "direction"),
    [
        ("", "?sort=-name", 'aria-sort="ascending"'),
        ("?sort=-name&q=x&page=4", "?q=x&amp;sort=name", 'aria-sort="descending"'),
        ("?sort=other", "?sort=name", ""),
    ],
)
def test_sortable_header_turns_round_and_starts_at_the_first_page(
    query: str, url: str, direction: str
) -> None:
    html = render(
        "{% sortable_header 'Name' 'name' default='name' %}", request=RequestFactory().get(f"/{query}")
    )
    assert f'href="{url}"' in html
    assert direction in html
    assert ("aria-sort" in html) == bool(direction)


def test_figure_has_its_table_and_takes_only_made_markup() -> None:
    picture = mark_safe("<svg></svg>")
    html = render(
        "{% figure 'Finding' chart headers=h rows=r csv_url='/x.csv' %}",
        chart=picture,
        h=["A", "B"],
        r=[[EVIL, 2]],
    )
    assert "<figcaption>Finding</figcaption>" in html
    assert '<td class="num">2</td>' in html
    assert EVIL not in html
    with pytest.raises(ValueError, match="markup made by"):
        render("{% figure 'Finding' chart %}", chart="<svg></svg>")
    with pytest.raises(ValueError, match="as many cells"):
        render("{% figure 'Finding' chart headers=h rows=r %}", chart=picture, h=["A"], r=[[1, 2]])


def test_definition_list_says_when_something_is_missing() -> None:
    html = render("{% definition_list rows %}", rows=[("A", 0), ("B", ""), ("C", EVIL)])
    assert "<dd>0</dd>" in html
    assert html.count("not filled in") == 1
    assert EVIL not in html
