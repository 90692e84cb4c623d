"""Two texts of one section, and a third that is made from both."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from django.forms import BoundField

from applications.answers import differing
from applications.fields import FieldKind, FieldSpec, SectionContent, Value, Values
from applications.forms.sections import SectionForm


class MergeForm(SectionForm):
    """The fields on which what is stored and a kept text differ, filled with both, to be put together by
    hand."""

    def __init__(self, content: SectionContent, kept: Values, *args: Any, **kwargs: Any) -> None:
        self.differences = differing(content, kept)
        names = {spec.name for spec, _theirs, _mine in self.differences}
        groups = tuple(
            replace(group, fields=tuple(spec for spec in group.fields if spec.name in names))
            for group in content.groups
        )
        merged = {
            spec.name: _both(spec, content.values[spec.name], kept[spec.name])
            for spec, *_rest in self.differences
        }
        subset = SectionContent(
            content.section, tuple(group for group in groups if group.fields), content.values | merged
        )
        super().__init__(subset, *args, **kwargs)

    def pairs(self) -> Iterator[tuple[FieldSpec, str, str, BoundField]]:
        """Each field with what is stored, what was kept, and the input for what it shall be."""
        for spec, theirs, mine in self.differences:
            yield spec, theirs, mine, self[spec.name]


def _both(spec: FieldSpec, theirs: Value, mine: Value) -> Value:
    """Prose one after the other; of anything else, what was typed last."""
    if spec.kind == FieldKind.TEXT and isinstance(theirs, str) and isinstance(mine, str):
        return "\n\n".join(filter(None, (theirs, mine)))
    return mine
