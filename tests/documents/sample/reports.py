"""Found by autodiscovery in the worker process."""

from sdgpartners.documents.registry import register_report
from tests.documents.sample.report import SAMPLE

register_report(SAMPLE)
