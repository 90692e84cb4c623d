"""Pages by keyboard alone: Tab, Shift+Tab, arrows, Space, Enter and typing. The focus is always to be seen: with an
outline, and not covered by anything. Whoever touches the mouse all the same is found out."""

from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Locator, Page

from tests.journeys.actors import Actor

MOST_STEPS = 250
MOST_ARROWS = 60
# Whether the target has the focus (of a radio group: one of its boxes), and what is wrong with the focus: no outline
# or ring, or its middle and corners under something else.
LOOK = """(target) => {
  const one = document.activeElement;
  const there = one === target
    || target.type === "radio" && one && one.type === "radio" && one.name === target.name && one.form === target.form;
  if (!one || one === document.body) return [there, true, ""];
  const style = getComputedStyle(one), box = one.getBoundingClientRect();
  const ring = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2 || style.boxShadow !== "none";
  if (!ring) return [there, false, "no ring on " + one.outerHTML.slice(0, 120)];
  const points = [[.5, .5], [.02, .1], [.98, .1], [.02, .9], [.98, .9]].map(([x, y]) =>
    document.elementFromPoint(box.left + x * box.width, box.top + y * box.height));
  const clear = points.some((hit) => hit && (one.contains(hit) || hit.contains(one) || hit.closest("label")));
  return [there, false, clear ? "" : "covered: " + one.outerHTML.slice(0, 120)];
}"""
# Keys make clicks too, but never these.
GUARD = """for (const kind of ["pointerdown", "mousedown", "touchstart", "wheel"])
  addEventListener(kind, (event) => handTouched(kind + " on " + event.target.nodeName), {capture: true, passive: true});
"""


def walk_to(page: Page, target: Locator) -> int:
    """Tab to `target`, or back to it; how many stops were on the way, the focus of each to be seen."""
    target.wait_for(state="attached")
    goal = target.element_handle()
    stops = 0
    there, _nowhere, _problem = page.evaluate(LOOK, goal)
    for key in ("Tab", "Shift+Tab"):
        for _step in range(MOST_STEPS):
            if there:
                return stops
            page.keyboard.press(key)
            there, nowhere, problem = page.evaluate(LOOK, goal)
            assert problem == "", problem
            stops += not nowhere
    raise AssertionError(f"the keyboard does not reach {target}")


def type_into(page: Page, box: Locator, text: str) -> None:
    """Type over what stands in the field that has the focus; a date is typed in the order of the browser's language."""
    if box.get_attribute("type") != "date":
        page.keyboard.press("Control+a")
        page.keyboard.insert_text(text)
        return
    year, month, day = text.split("-")
    for typed in (month + day + year, day + month + year):
        page.keyboard.type(typed)
        if box.input_value() == text:
            return
        for _part in range(3):
            page.keyboard.press("ArrowLeft")
    raise AssertionError(f"the keyboard does not write {text}")


def tick_with(page: Page, box: Locator) -> None:
    """Space on the box that has the focus; in a radio group the arrows go on to the right one."""
    if not box.is_checked():
        page.keyboard.press("Space")
    for _step in range(MOST_ARROWS):
        if box.is_checked():
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError(f"the arrows do not reach {box}")


def arrows_to(page: Page, box: Locator, wanted: str, *, shown: bool = False) -> None:
    """Down the list that has the focus until it holds the value `wanted`, or shows it."""
    page.keyboard.press("Home")
    chosen = "one => one.selectedOptions[0].textContent.trim()" if shown else "one => one.value"
    for _step in range(MOST_ARROWS):
        if box.evaluate(chosen) == wanted:
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError(f"the arrows do not reach {wanted}")


@dataclass
class Keys(Actor):
    """Somebody without a mouse. `touched` tells of every use of one."""

    stops: int = 0
    touched: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        context = self.page.context
        context.expose_binding("handTouched", self._touch)
        context.add_init_script(GUARD)

    def _touch(self, _source: Any, what: str) -> None:
        self.touched.append(what)

    def walk(self, target: Locator) -> None:
        self.stops += walk_to(self.page, target)

    def hit(self, target: Locator) -> None:
        self.walk(target)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")
        assert self.touched == []

    def type(self, box: Locator, text: str) -> None:
        self.walk(box)
        type_into(self.page, box, text)

    def tick(self, box: Locator) -> None:
        self.walk(box)
        tick_with(self.page, box)

    def pick(self, box: Locator, label: str) -> None:
        self.walk(box)
        arrows_to(self.page, box, label, shown=True)

    def lift(self, summary: Locator) -> None:
        self.walk(summary)
        self.page.keyboard.press("Enter")
