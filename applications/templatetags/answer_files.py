"""What a file field shows: the files of its question, and its limits."""

from collections.abc import Mapping, Sequence

from django import template
from django.conf import settings

from applications.fields import MOST_FILES, FieldSpec
from applications.models import AnswerFile

register = template.Library()


@register.simple_tag
def files_of(files: Mapping[str, Sequence[AnswerFile]] | str, question: str) -> Sequence[AnswerFile]:
    """The files given for one question, out of those by the code of their question."""
    return files.get(question, ()) if isinstance(files, Mapping) else ()


@register.simple_tag
def most_files(spec: FieldSpec) -> int:
    """How many files a question takes."""
    return spec.choices_max or MOST_FILES


@register.simple_tag
def most_bytes() -> int:
    """How large a file may be."""
    limit: int = settings.UPLOAD_MAX_BYTES
    return limit
