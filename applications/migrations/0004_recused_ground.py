from django.db import migrations


class Migration(migrations.Migration):
    """Until now a review ended unfinished only because the seat had ended or a conflict had come up."""

    dependencies = [
        ('applications', '0003_scoring'),
    ]

    operations = [
        migrations.RunSQL(
            "UPDATE applications_review SET recused_ground = 'seat_ended', recused_at = updated_at"
            " WHERE status = 'recused' AND recused_ground = ''",
            migrations.RunSQL.noop,
        ),
    ]
