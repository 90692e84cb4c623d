import django.db.models.deletion
import sdgpartners.core.clock
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('documents', '0001_initial'),
        ('people', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='OutgoingMail',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(default=sdgpartners.core.clock.now, editable=False)),
                ('updated_at', models.DateTimeField(default=sdgpartners.core.clock.now, editable=False)),
                ('to', models.EmailField(max_length=254)),
                ('language', models.CharField(choices=[('nl', 'Nederlands'), ('fr', 'Français'), ('en', 'English')], max_length=2)),
                ('kind', models.SlugField(max_length=60)),
                ('target', models.CharField(blank=True, max_length=60, verbose_name='about')),
                ('subject', models.CharField(max_length=250)),
                ('body_text', models.TextField(blank=True)),
                ('body_html', models.TextField(blank=True)),
                ('calendar', models.TextField(blank=True, verbose_name='calendar invitation')),
                ('body_kept', models.BooleanField(default=True, help_text='Login codes go out at once and their text is not stored.')),
                ('state', models.CharField(choices=[('queued', 'Waiting'), ('sending', 'Being sent'), ('sent', 'Sent'), ('held', 'Held back'), ('failed', 'Failed'), ('bounced', 'Bounced'), ('superseded', 'Replaced by a newer one')], default='queued', max_length=12)),
                ('tries', models.PositiveSmallIntegerField(default=0)),
                ('not_before', models.DateTimeField(default=sdgpartners.core.clock.now)),
                ('claimed_at', models.DateTimeField(blank=True, null=True)),
                ('sent_at', models.DateTimeField(blank=True, null=True)),
                ('error', models.TextField(blank=True)),
                ('message_id', models.CharField(blank=True, max_length=200)),
                ('attachment', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='mails', to='documents.storedfile')),
                ('recipient', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='mails', to=settings.AUTH_USER_MODEL)),
                ('superseded_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='supersedes', to='notifications.outgoingmail')),
            ],
            options={
                'verbose_name': 'mail',
                'verbose_name_plural': 'mails',
                'ordering': ('-created_at',),
                'indexes': [models.Index(fields=['state', 'not_before'], name='mail_queue')],
            },
        ),
        migrations.CreateModel(
            name='Preference',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('rhythm', models.CharField(choices=[('at_once', 'At once'), ('daily', 'Once a day'), ('weekly', 'Once a week')], default='at_once', max_length=10)),
                ('bounced_at', models.DateTimeField(blank=True, null=True)),
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='mail_preference', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'mail preference',
                'verbose_name_plural': 'mail preferences',
            },
        ),
        migrations.CreateModel(
            name='ReminderSent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.SlugField(max_length=60)),
                ('target', models.CharField(max_length=60)),
                ('due_on', models.DateField()),
                ('step', models.SmallIntegerField(help_text='Days before (-) or after (+) the due date.')),
                ('state', models.CharField(choices=[('queued', 'Queued'), ('held', 'Held for the digest'), ('passed', 'Passed')], max_length=8)),
                ('created_at', models.DateTimeField(default=sdgpartners.core.clock.now)),
                ('mail', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='notifications.outgoingmail')),
                ('recipient', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reminders', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'reminder',
                'verbose_name_plural': 'reminders',
                'ordering': ('-created_at',),
                'constraints': [models.UniqueConstraint(fields=('kind', 'target', 'due_on', 'recipient', 'step'), name='reminder_once_a_step')],
            },
        ),
    ]
