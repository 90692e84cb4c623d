from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("documents", "0001_initial")]

    operations = [
        migrations.AddConstraint(
            model_name="generatedreport",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ("queued", "rendering"))),
                fields=("kind", "subject", "language"),
                name="report_one_in_hand",
            ),
        ),
    ]
