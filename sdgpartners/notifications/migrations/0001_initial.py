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
                ('created_at', models.DateTimeField(default=sdgpartners.core.clock.now, editable=False, verbose_name='created on')),
                ('updated_at', models.DateTimeField(default=sdgpartners.core.clock.now, editable=False, verbose_name='last changed on')),
                ('to', models.EmailField(max_length=254, verbose_name='to')),
                ('language', models.CharField(choices=[('nl', 'Nederlands'), ('fr', 'Français'), ('en', 'English')], max_length=2, verbose_name='language')),
                ('kind', models.SlugField(max_length=60, verbose_name='kind')),
                ('target', models.CharField(blank=True, max_length=60, verbose_name='about')),
                ('subject', models.CharField(max_length=250, verbose_name='subject')),
                ('body_text', models.TextField(blank=True, verbose_name='text')),
                ('body_html', models.TextField(blank=True, verbose_name='text with layout')),
                ('calendar', models.TextField(blank=True, verbose_name='calendar invitation')),
                ('body_kept', models.BooleanField(default=True, help_text='Login codes go out at once and their text is not stored.', verbose_name='text is kept')),
                ('state', models.CharField(choices=[('queued', 'Waiting'), ('sending', 'Being sent'), ('sent', 'Sent'), ('held', 'Held back'), ('failed', 'Failed'), ('bounced', 'Bounced'), ('superseded', 'Replaced by a newer one')], default='queued', max_length=12, verbose_name='state')),
                ('tries', models.PositiveSmallIntegerField(default=0, verbose_name='tries')),
                ('not_before', models.DateTimeField(default=sdgpartners.core.clock.now, verbose_name='not before')),
                ('claimed_at', models.DateTimeField(blank=True, null=True, verbose_name='taken up on')),
                ('sent_at', models.DateTimeField(blank=True, null=True, verbose_name='sent on')),
                ('error', models.TextField(blank=True, verbose_name='error')),
                ('message_id', models.CharField(blank=True, max_length=200, verbose_name='number of the message')),
                ('attachment', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='mails', to='documents.storedfile', verbose_name='attachment')),
                ('recipient', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='mails', to=settings.AUTH_USER_MODEL, verbose_name='recipient')),
                ('superseded_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='supersedes', to='notifications.outgoingmail', verbose_name='replaced by')),
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
                ('rhythm', models.CharField(choices=[('at_once', 'At once'), ('daily', 'Once a day'), ('weekly', 'Once a week')], default='at_once', max_length=10, verbose_name='how often')),
                ('bounced_at', models.DateTimeField(blank=True, null=True, verbose_name='bounced on')),
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='mail_preference', to=settings.AUTH_USER_MODEL, verbose_name='person')),
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
                ('kind', models.SlugField(max_length=60, verbose_name='kind')),
                ('target', models.CharField(max_length=60, verbose_name='about')),
                ('due_on', models.DateField(verbose_name='due on')),
                ('step', models.SmallIntegerField(help_text='Days before (-) or after (+) the due date.', verbose_name='days from the due date')),
                ('state', models.CharField(choices=[('queued', 'Queued'), ('held', 'Held for the digest'), ('passed', 'Passed')], max_length=8, verbose_name='state')),
                ('created_at', models.DateTimeField(default=sdgpartners.core.clock.now, verbose_name='created on')),
                ('mail', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='notifications.outgoingmail', verbose_name='mail')),
                ('recipient', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reminders', to=settings.AUTH_USER_MODEL, verbose_name='recipient')),
            ],
            options={
                'verbose_name': 'reminder',
                'verbose_name_plural': 'reminders',
                'ordering': ('-created_at',),
                'constraints': [models.UniqueConstraint(fields=('kind', 'target', 'due_on', 'recipient', 'step'), name='reminder_once_a_step')],
            },
        ),
    ]
