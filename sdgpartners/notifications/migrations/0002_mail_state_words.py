from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notifications", "0001_initial")]

    operations = [
        migrations.AlterField(
            model_name="outgoingmail",
            name="state",
            field=models.CharField(
                choices=[
                    ("queued", "Waiting"),
                    ("sending", "Being sent"),
                    ("sent", "Sent"),
                    ("held", "Held back"),
                    ("failed", "Failed"),
                    ("bounced", "Bounced"),
                    ("superseded", "Replaced by a newer one"),
                ],
                default="queued",
                max_length=12,
            ),
        ),
    ]
