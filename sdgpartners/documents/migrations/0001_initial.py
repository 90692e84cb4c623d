import django.core.validators
import django.db.models.deletion
import sdgpartners.core.clock
import sdgpartners.documents.models
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('people', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='StoredFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(default=sdgpartners.core.clock.now, editable=False, verbose_name='created on')),
                ('updated_at', models.DateTimeField(default=sdgpartners.core.clock.now, editable=False, verbose_name='last changed on')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name='number in the address')),
                ('purpose', models.SlugField(max_length=30, verbose_name='purpose')),
                ('file', models.FileField(upload_to=sdgpartners.documents.models.storage_path, verbose_name='file')),
                ('name', models.CharField(max_length=200, verbose_name='name')),
                ('content_type', models.CharField(max_length=100, verbose_name='kind of content')),
                ('size', models.PositiveBigIntegerField(verbose_name='size (bytes)')),
                ('sha256', models.CharField(db_index=True, max_length=64, verbose_name='fingerprint (SHA-256)')),
                ('state', models.CharField(choices=[('quarantine', 'Being checked'), ('clean', 'Checked'), ('refused', 'Refused')], default='quarantine', max_length=12, verbose_name='state')),
                ('uploaded_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='stored_files', to=settings.AUTH_USER_MODEL, verbose_name='sent by')),
            ],
            options={
                'verbose_name': 'file',
                'verbose_name_plural': 'files',
            },
        ),
        migrations.CreateModel(
            name='Job',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(default=sdgpartners.core.clock.now, editable=False, verbose_name='created on')),
                ('updated_at', models.DateTimeField(default=sdgpartners.core.clock.now, editable=False, verbose_name='last changed on')),
                ('kind', models.SlugField(max_length=40, verbose_name='kind')),
                ('arguments', models.JSONField(blank=True, default=dict, verbose_name='what it works on')),
                ('state', models.CharField(choices=[('queued', 'Waiting'), ('running', 'Running'), ('done', 'Done'), ('failed', 'Failed')], default='queued', max_length=10, verbose_name='state')),
                ('progress', models.PositiveSmallIntegerField(default=0, validators=[django.core.validators.MaxValueValidator(100)], verbose_name='progress')),
                ('tries', models.PositiveSmallIntegerField(default=0, verbose_name='tries')),
                ('error', models.TextField(blank=True, verbose_name='error')),
                ('claimed_at', models.DateTimeField(blank=True, null=True, verbose_name='taken up on')),
                ('finished_at', models.DateTimeField(blank=True, null=True, verbose_name='finished on')),
                ('requested_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='jobs', to=settings.AUTH_USER_MODEL, verbose_name='asked for by')),
                ('file', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='jobs', to='documents.storedfile', verbose_name='file')),
            ],
            options={
                'verbose_name': 'job',
                'verbose_name_plural': 'jobs',
                'ordering': ('-created_at',),
                'indexes': [models.Index(fields=['state', 'created_at'], name='job_queue')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('state', 'running'), _negated=True), ('claimed_at__isnull', False), _connector='OR'), name='job_running_is_claimed')],
            },
        ),
        migrations.CreateModel(
            name='GeneratedReport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(default=sdgpartners.core.clock.now, editable=False, verbose_name='created on')),
                ('updated_at', models.DateTimeField(default=sdgpartners.core.clock.now, editable=False, verbose_name='last changed on')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name='number in the address')),
                ('kind', models.SlugField(max_length=40, verbose_name='kind')),
                ('subject', models.CharField(max_length=60, verbose_name='subject')),
                ('language', models.CharField(choices=[('nl', 'Nederlands'), ('fr', 'Français'), ('en', 'English')], max_length=2, verbose_name='language')),
                ('state', models.CharField(choices=[('queued', 'Waiting'), ('rendering', 'Being made'), ('ready', 'Ready'), ('failed', 'Failed')], default='queued', max_length=10, verbose_name='state')),
                ('as_of', models.DateTimeField(blank=True, null=True, verbose_name='state of')),
                ('requested_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reports', to=settings.AUTH_USER_MODEL, verbose_name='asked for by')),
                ('job', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='report', to='documents.job', verbose_name='job')),
                ('file', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reports', to='documents.storedfile', verbose_name='file')),
            ],
            options={
                'verbose_name': 'report',
                'verbose_name_plural': 'reports',
                'ordering': ('-created_at',),
                'indexes': [models.Index(fields=['kind', 'subject'], name='report_subject')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('state', 'ready'), _negated=True), ('file__isnull', False), _connector='OR'), name='report_ready_has_file'), models.UniqueConstraint(condition=models.Q(('state__in', ('queued', 'rendering'))), fields=('kind', 'subject', 'language'), name='report_one_in_hand')],
            },
        ),
    ]
