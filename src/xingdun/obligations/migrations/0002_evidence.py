import django.db.models.deletion
import xingdun.frame.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('obligations', '0001_initial'),
        ('organisation', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='EvidenceFile',
            fields=[
                ('id', models.UUIDField(default=xingdun.frame.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('title', models.CharField(max_length=200, verbose_name='title')),
                ('name', models.CharField(max_length=200, verbose_name='file name')),
                ('media_type', models.CharField(max_length=100, verbose_name='kind of file')),
                ('size', models.PositiveIntegerField(verbose_name='bytes')),
                ('sha256', models.CharField(max_length=64, verbose_name='SHA-256')),
                ('sm3', models.CharField(max_length=64, verbose_name='SM3')),
                ('classification', models.CharField(choices=[('public', 'public'), ('internal', 'internal'), ('confidential', 'confidential')], default='internal', max_length=12, verbose_name='classification')),
                ('counts_from', models.DateTimeField(verbose_name='counts from')),
                ('expires_at', models.DateTimeField(blank=True, null=True, verbose_name='expires')),
                ('uploaded_at', models.DateTimeField(verbose_name='brought')),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True, verbose_name='withdrawn')),
                ('institution', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisation.institution')),
                ('uploaded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisation.person', verbose_name='brought by')),
            ],
            options={
                'verbose_name': 'evidence',
                'verbose_name_plural': 'evidence',
                'constraints': [
                    models.UniqueConstraint(condition=models.Q(('withdrawn_at__isnull', True)), fields=('institution', 'sha256'), name='evidence_is_kept_once'),
                    models.CheckConstraint(condition=models.Q(('size__gt', 0)), name='evidence_is_not_empty'),
                    models.CheckConstraint(condition=models.Q(('expires_at__isnull', True), ('expires_at__gt', models.F('counts_from')), _connector='OR'), name='evidence_expires_after_it_counts'),
                ],
            },
        ),
        migrations.CreateModel(
            name='EvidenceContent',
            fields=[
                ('id', models.UUIDField(default=xingdun.frame.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('sealed', models.BinaryField()),
                ('evidence', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='content', to='obligations.evidencefile')),
                ('institution', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisation.institution')),
            ],
            options={
                'verbose_name': 'content of evidence',
                'verbose_name_plural': 'contents of evidence',
            },
        ),
        # What is sealed does not compress: it is kept as it is.
        migrations.RunSQL(
            "ALTER TABLE obligations_evidencecontent ALTER COLUMN sealed SET STORAGE EXTERNAL",
            migrations.RunSQL.noop,
        ),
        migrations.CreateModel(
            name='EvidenceUse',
            fields=[
                ('id', models.UUIDField(default=xingdun.frame.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('duty', models.CharField(blank=True, default='', max_length=80, verbose_name='duty')),
                ('subject', models.CharField(blank=True, default='', max_length=160, verbose_name='about')),
                ('evidence', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='uses', to='obligations.evidencefile')),
                ('institution', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisation.institution')),
            ],
            options={
                'verbose_name': 'use of evidence',
                'verbose_name_plural': 'uses of evidence',
                'indexes': [
                    models.Index(fields=['institution', 'duty', 'subject'], name='evidence_by_duty'),
                    models.Index(fields=['institution', 'subject'], name='evidence_by_subject'),
                ],
                'constraints': [
                    models.UniqueConstraint(fields=('evidence', 'duty', 'subject'), name='evidence_serves_once'),
                    models.CheckConstraint(condition=models.Q(('duty', ''), ('subject', ''), _negated=True), name='evidence_serves_something'),
                ],
            },
        ),
    ]
