"""What the style guide page shows: each component and picture once, with made-up values."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.core.paginator import Paginator

from sdgpartners.core import charts, maps
from sdgpartners.core.components import KeyFigure, Marker, TaskItem, Tone
from sdgpartners.core.forms import DateInput, PortalForm

NORTH = Marker("BE", "diamond", "Flanders")
BENIN = Marker("BJ", "circle", "Benin")
RWANDA = Marker("RW", "triangle", "Rwanda")


class ExampleForm(PortalForm):
    """One field of each kind."""

    name = forms.CharField(label="Name of the contact person", max_length=40)
    motivation = forms.CharField(
        label="Why do you want to take part?",
        help_text="Say what you want to learn and what you can offer. At most 300 words.",
        widget=forms.Textarea(
            attrs={"data-word-limit": 300, "data-word-count-text": "%(used)s of %(limit)s words"}
        ),
    )
    start = forms.DateField(label="First day", widget=DateInput)
    amount = forms.DecimalField(label="Amount in euros")
    track = forms.ChoiceField(
        label="First choice", choices=[("", "Choose"), ("BJ", "Benin"), ("RW", "Rwanda")]
    )
    language = forms.ChoiceField(
        label="Working language",
        choices=[("en", "English"), ("fr", "French")],
        widget=forms.RadioSelect,
    )
    themes = forms.MultipleChoiceField(
        label="Themes",
        choices=[("a", "Participation"), ("b", "Local economy"), ("c", "Energy")],
        widget=forms.CheckboxSelectMultiple,
    )
    plan = forms.FileField(label="Policy plan", help_text="PDF, at most 10 MB.", required=False)
    agree = forms.BooleanField(label="We commit one employee for half a day a week, for two years")


def context() -> dict[str, Any]:
    """The context of `portal/styleguide.html`."""
    empty, wrong = (
        ExampleForm(prefix="empty"),
        ExampleForm({"wrong-amount": "many", "wrong-name": "Ada"}, prefix="wrong"),
    )
    return {
        "form": empty,
        "wrong": wrong,
        "tones": [(tone.value, word) for tone, word in _words()],
        "tasks": _tasks(),
        "steps": ["Draft", "Signed", "Submitted", "Reviewed", "Decided"],
        "markers": [NORTH, BENIN, RWANDA],
        "goals": range(1, 18),
        "moment": datetime(2026, 11, 30, 22, 59, tzinfo=UTC),
        "amount": Decimal("1234.5"),
        "figures": [
            KeyFigure("14", "applications", "8 selected"),
            KeyFigure("8", "partnerships", "4 Benin · 4 Rwanda"),
            KeyFigure("€ 151.230", "spent", "of € 280.000"),
            KeyFigure("23 / 24", "sessions", "attendance 91 %"),
        ],
        "details": [("Municipality", "Gent"), ("Track", "Rwanda"), ("Website", "")],
        "page_obj": Paginator(range(95), 10).page(3),
        **_pictures(),
    }


def _words() -> list[tuple[Tone, str]]:
    words = ("Done", "Under way", "Waiting for the partner", "To do", "Late", "Not yet")
    return list(zip(Tone, (words[0], words[1], words[2], words[3], words[4], words[5]), strict=True))


def _tasks() -> list[TaskItem]:
    return [
        TaskItem("Your municipality", "Done", "#tasks", Tone.DONE),
        TaskItem("Theme and interests", "Done", "#tasks", Tone.DONE),
        TaskItem("Motivation", "Under way", "#tasks", Tone.ACTIVE, "A colleague works on it now"),
        TaskItem("Involvement", "To do", "#tasks", Tone.TODO),
        TaskItem("Read and sign", "Not yet", "", Tone.OFF, "When all parts are done"),
    ]


def _pictures() -> dict[str, Any]:
    days = (date(2027, 1, 1), date(2027, 12, 31))
    visits = [
        charts.TimeRow(
            name,
            [
                charts.Span(date(2027, 3, 1 + i), date(2027, 4, 10 + i), "visit there"),
                charts.Span(date(2027, 5, 10), date(2027, 5, 28), "visit here", "south"),
            ],
        )
        for i, name in enumerate(("Gent", "Leuven", "Genk", "Hasselt"))
    ]
    window = [charts.Span(date(2027, 5, 8), date(2027, 5, 30), "both are free")]
    return {
        "pair_cell": charts.pair_cell(62, 48, 100, title="North € 62.000, south € 48.000, of € 100.000"),
        "bar_pairs": charts.bar_pairs(
            [
                charts.PairRow("Spent", 84510, 66720, "€ 84.510", "€ 66.720", 140000),
                charts.PairRow("Planned", 99000, 121000, "€ 99.000", "€ 121.000", 140000),
            ],
            title="Spent and planned, north and south",
        ),
        "stacked": charts.stacked_bars(
            [charts.StackRow("Benin", [4, 3, 1], "8"), charts.StackRow("Rwanda", [2, 3, 0], "5")],
            ["Selected", "Reserve", "Rejected"],
            title="Applications by track",
        ),
        "stacked_legend": charts.legend_of(["Selected", "Reserve", "Rejected"]),
        "weights": charts.weight_bars(
            [
                charts.PartRow("Theme", 38, 40),
                charts.PartRow("Offer and ask", 23, 25),
                charts.PartRow("Language", 15, 15),
                charts.PartRow("Preference", 7, 10),
                charts.PartRow("Scale", 2, 5),
            ],
            title="How the score of 90 came about",
        ),
        "weights_headers": ["Criterion", "Points", "Of"],
        "weights_rows": [("Theme", 38, 40), ("Offer and ask", 23, 25), ("Language", 15, 15)],
        "funnel": charts.funnel(
            [
                charts.PartRow("Invited", 285, 285),
                charts.PartRow("Started", 31, 285, "31 (11 %)"),
                charts.PartRow("Submitted", 14, 285, "14 (45 %)"),
                charts.PartRow("Selected", 8, 285, "8 (57 %)"),
            ],
            title="From invitation to selection",
        ),
        "dots": charts.dots(
            [
                charts.DotRow("Benin", [52, 61, 61, 70, 74, 88]),
                charts.DotRow("Rwanda", [45, 63, 71, 71, 71, 90], "south"),
            ],
            low=0,
            high=100,
            threshold=60,
            threshold_text="needed: 60",
            title="Scores by track",
        ),
        "ring": charts.progress_ring(2, 6, title="2 of 6 parts done"),
        "timeline": charts.timeline(
            visits,
            start=days[0],
            end=days[1],
            windows=window,
            today=date(2027, 2, 14),
            today_text="today",
            title="Visits of four partnerships in 2027",
        ),
        "strip": charts.window_strip(
            [charts.Span(date(2027, 2, 1), date(2027, 6, 30), hue="north")],
            start=days[0],
            end=days[1],
            windows=[charts.Span(date(2027, 5, 8), date(2027, 5, 30), "chosen", "south")],
            title="Free from February to June",
        ),
        "heat": _heat(),
        "map": _map(),
    }


def _heat() -> Any:
    columns = [charts.HeatHead(name, "triangle") for name in ("Karongi", "Bugesera", "Gatsibo", "Nyanza")]
    values = {
        "Gent": (53, 57, 44, 85),
        "Leuven": (90, 47, 43, 42),
        "Mechelen": (39, 63, None, 41),
        "Roeselare": (52, 71, 94, 61),
    }
    chosen = {("Gent", 3), ("Roeselare", 2)}
    rows = []
    for name, row in values.items():
        cells = []
        for i, value in enumerate(row):
            if value is None:
                cells.append(charts.HeatCell(None, state="barred", state_text="not allowed"))
            elif value == 90:
                cells.append(charts.HeatCell(value, state="chosen", state_text="proposed", note="fixed"))
            else:
                state = "chosen" if (name, i) in chosen else ""
                cells.append(charts.HeatCell(value, state=state, state_text="proposed" if state else ""))
        rows.append((charts.HeatHead(name, "diamond"), cells))
    return charts.heat_map(
        columns, rows, caption="Score of each pair, 0 to 100. Outlined = proposed", low=20, high=120
    )


def _map() -> Any:
    insets = [maps.load_inset(m.code, m.name) for m in (NORTH, BENIN, RWANDA)]
    north = {
        "Brugge": (51.21, 3.22), "Gent": (51.05, 3.72), "Ieper": (50.85, 2.88), "Mechelen": (51.03, 4.48),
        "Leuven": (50.88, 4.70), "Genk": (50.97, 5.50), "Hasselt": (50.93, 5.34), "Turnhout": (51.32, 4.94),
    }  # fmt: skip
    south = {
        "Matéri": (10.70, 1.06, BENIN), "Nikki": (9.94, 3.21, BENIN), "Covè": (7.22, 2.34, BENIN),
        "Porto-Novo": (6.50, 2.60, BENIN), "Gatsibo": (-1.59, 30.42, RWANDA), "Karongi": (-2.06, 29.38,
        RWANDA), "Nyanza": (-2.35, 29.75, RWANDA), "Bugesera": (-2.23, 30.15, RWANDA),
    }  # fmt: skip
    points = [maps.MapPoint(name, "BE", lat, lon, "", "diamond") for name, (lat, lon) in north.items()]
    points += [
        maps.MapPoint(name, side.code, lat, lon, name, side.shape) for name, (lat, lon, side) in south.items()
    ]
    links = [maps.MapLink(a, b, f"{a} – {b}") for a, b in zip(north, south, strict=True)]
    return maps.pair_map(insets, points, links, title="Eight made-up pairs")
