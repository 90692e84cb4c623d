from applications.models import *
from django.urls import reverse
from tests.architecture.samples import *
from tests.architecture.samples import person, pair, application_of, expense_of, session_of, visit_of, report_of, answer_of
from tests.architecture.cast import *
from exchanges.enums import *; from budget.enums import *
from matching.models import *
from collections import defaultdict
def test_a(story, client):
    add_strangers()
    b,r=pair("Genk"),pair("Leuven")
    rep=report_of(b)
    rv=review_to_do()
    prep=Partnership.objects.get(status='preparing')
    draft=application_of("demo-5","Gent")
    rows=[]
    for n,a in {"genk":application_of("demo-1","Genk"),"nikki":application_of("demo-1","Nikki"),"gent":draft}.items():
        for u in ["application-detail","application-check","sign-off-answer","application-withdraw","decision-confirm"]:
            rows.append((n+' '+u,reverse("applications:"+u,args=[a.reference])))
        rows.append((n+' section',reverse("applications:application-section",args=[a.reference,'municipality'])))
        rows.append((n+' revision',reverse("applications:application-revision",args=[a.reference,1])))
    rows.append(('review', reverse("applications:review-detail",args=[rv.application.reference,rv.track.partner_country.country_id.lower()])))
    s=Scenario.objects.get(status='solved')
    rows.append(('scenario solved', reverse("matching:scenario-detail",args=[s.reference])))
    for n,p in {'B':b,'R':r}.items():
        rows.append((n+' proposal', reverse("matching:proposal-detail",args=[p.proposal.reference])))
        for u in ["portal:partnership-hub","matching:partnership-plan","matching:partnership-team","matching:partnership-agreement","budget:budget-detail","budget:expense-create","exchanges:contact-list","exchanges:contact-create","exchanges:visit-create"]:
            rows.append((n+' '+u, reverse(u,args=[p.reference])))
        v=visit_of(p,MeetingStatus.CONFIRMED)
        for u in ["visit-detail","visit-edit"]: rows.append((n+' '+u, reverse('exchanges:'+u,args=[v.reference])))
        c='BJ' if n=='B' else 'RW'
        se=session_of(c,MeetingStatus.CONFIRMED)
        for u in ["session-detail","session-edit"]: rows.append((n+' '+u, reverse('exchanges:'+u,args=[se.reference])))
        from exchanges.models import HomeworkAnswer
        an=HomeworkAnswer.objects.filter(partnership=p).order_by('pk')[0]
        rows.append((n+' homework', reverse('exchanges:homework-answer',args=[an.homework.reference,p.reference])))
    for n in ['Nikki','Genk']:
        rows.append((n+' expense', reverse('budget:expense-detail',args=[expense_of(n,'approved').reference])))
        rows.append((n+' receipt', reverse('budget:expense-receipt',args=[expense_of(n,'approved').reference])))
        rows.append((n+' edit', reverse('budget:expense-edit',args=[expense_of(n,'draft').reference])))
    rows.append(('report', reverse('documents:report-detail',args=[rep.uid])))
    rows.append(('file', reverse('documents:report-file',args=[rep.uid])))
    rows.append(('dash', reverse('portal:dashboard')))
    rows.append(('session-create', reverse('exchanges:session-create')))
    res={n:defaultdict(list) for n,_ in rows}
    for acc in ACCOUNTS:
        client.force_login(person(acc))
        for n,u in rows:
            a=client.get(u)
            if a.streaming: list(a)
            res[n][a.status_code].append(acc)
    for n,d in res.items():
        print(n, {k:' '.join(v) for k,v in d.items() if k!=404})
