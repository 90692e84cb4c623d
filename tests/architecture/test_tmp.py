from django.apps import apps
def test_a(story):
    for m in apps.get_models():
        n=m._default_manager.count()
        if n and 'Event' not in m.__name__: print(m.__name__, n)
    from applications.models import Application
    from django.db.models import Count
    print(Application.objects.values_list('call__code','status').annotate(n=Count('pk')).order_by())
    from matching.models import Partnership
    for p in Partnership.objects.select_related('north','south'): print(p.reference,p,p.status,p.hidden_publicly)
def test_b(story): pass
