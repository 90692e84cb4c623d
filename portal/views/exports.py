"""Files for reuse."""

import csv

from django.http import HttpRequest, HttpResponse
from django.utils.translation import override

from portal.selectors.public import public_partnerships


def partnerships_csv(request: HttpRequest) -> HttpResponse:
    """The public partnerships, in English column names; `fictional` says whether a row is real."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="partnerships.csv"'
    rows = csv.writer(response)
    rows.writerow(
        ["reference", "north_code", "north", "south_country", "south_code", "south", "theme", "starts_on", "ends_on",
         "status", "fictional"]
    )  # fmt: skip
    with override("en"):
        for pair in public_partnerships():
            rows.writerow(
                [pair.reference, pair.north.code, pair.north.name, pair.south.country_id, pair.south.code,
                 pair.south.name, pair.theme.title, pair.starts_on, pair.ends_on, pair.status,
                 "yes" if pair.partner_country.programme.is_fictional else "no"]
            )  # fmt: skip
    return response
