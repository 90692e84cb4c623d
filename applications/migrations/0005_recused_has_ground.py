from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('applications', '0004_recused_ground'),
    ]

    operations = [
        migrations.AddConstraint(
            model_name='review',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status', 'recused'), _negated=True), models.Q(('recused_ground', ''), _negated=True), _connector='OR'), name='review_recused_has_ground'),
        ),
    ]
