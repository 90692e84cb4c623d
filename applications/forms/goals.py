"""A question on goals on the page: a box for each goal, and those of its targets below it."""

from dataclasses import dataclass

from django.forms import BoundField
from django.forms.boundfield import BoundWidget


@dataclass(frozen=True, slots=True)
class BoundGoal:
    """A goal with its box and the boxes of its targets. `number` and `title` are what its chip shows."""

    number: int
    title: str
    box: BoundWidget
    targets: tuple[BoundWidget, ...]

    @property
    def open(self) -> bool:
        """Whether one of the targets is chosen: what is chosen is never out of sight."""
        return any(box.data["selected"] for box in self.targets)


def bound_goals(field: BoundField) -> tuple[BoundGoal, ...]:
    """The boxes of `field` by goal; its codes are those of a goal (`8`), then of its targets (`8.3`)."""
    boxes = list(field.subwidgets)
    found = []
    for box in boxes:
        code = str(box.data["value"])
        if "." not in code:
            mine = tuple(each for each in boxes if str(each.data["value"]).startswith(f"{code}."))
            found.append(BoundGoal(int(code), str(box.choice_label), box, mine))
    return tuple(found)
