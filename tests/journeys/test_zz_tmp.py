import os
from datetime import timedelta
import pytest
from portal.demo.rounds import Round, noon
from sdgpartners.core import clock
from tests.journeys import cast as c, steps_apply, steps_review, steps_match, steps_partner
from tests.journeys.actors import Stage
from tests.journeys.words import Words

pytestmark = [pytest.mark.django_db(transaction=True)]

@pytest.mark.usefixtures("media")
def test_tmp(browser, live_server, tmp_path, request):
    lang = os.environ.get("JLANG", "en")
    until = int(os.environ.get("JFROM", "1"))
    with Stage(browser, live_server.url, Words(lang)) as stage:
        with clock.at(noon(c.FIRST_DAY)):
            cast = c.make_cast(lang)
        coordinator = stage.sign_in(cast.seats["vvsg"])
        r = Round(programme=cast.programme, people=cast.seats, staff=cast.staff, code="journey", titles=steps_apply.TITLE,
            opens_on=c.OPENS, closes_on=c.CLOSES, north=[("Gent", ["BJ","RW"]), ("Leuven", ["RW","BJ"])], south=["Nikki","Karongi","Covè"])
        r.announce()
        call = r.call
        type(call).objects.filter(pk=call.pk).update(start_planned_on=c.STARTS)
        r.receive()
        from applications.models import Application
        apps = {a.municipality.name: a for a in Application.objects.select_related("municipality")}
        if until <= 1:
            steps_review.review(stage, cast, coordinator, call, apps)
        else:
            r.admit(); r.assign(); r.score(); r.decide()
        if until <= 2:
            pairs = steps_match.match(stage, cast, coordinator, call)
        else:
            r.match()
            from matching.models import Partnership
            pairs = list(Partnership.objects.select_related("north__country", "south__country", "partner_country__programme", "partner_country__country", "theme").order_by("partner_country__country"))
        if until <= 3:
            steps_partner.prepare_and_start(stage, cast, coordinator, pairs)
        else:
            for p in pairs:
                steps_partner.start_the_other_pair(cast, p)
        if until <= 4:
            from tests.journeys import steps_life
            steps_life.live(stage, cast, coordinator, pairs)
        if until <= 5:
            from tests.journeys import steps_money
            steps_money.spend(stage, cast, pairs[0])
        from tests.journeys import steps_look
        steps_look.look(stage, cast, coordinator, pairs, request.getfixturevalue("mailbox"), tmp_path)
