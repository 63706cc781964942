import django.db.models.deletion
import xingdun.frame.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('keys', '0001_initial'),
        ('organisation', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='PersonalKey',
            fields=[
                ('id', models.UUIDField(default=xingdun.frame.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('person', models.CharField(max_length=160, verbose_name='person')),
                ('algorithm', models.CharField(max_length=16, verbose_name='algorithm')),
                ('public', models.TextField(verbose_name='public key')),
                ('sealed_private', models.TextField(editable=False)),
                ('created_at', models.DateTimeField(verbose_name='created')),
                ('retired_at', models.DateTimeField(blank=True, null=True, verbose_name='retired')),
                ('institution', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisation.institution')),
            ],
            options={
                'verbose_name': 'personal key',
                'verbose_name_plural': 'personal keys',
                'constraints': [
                    models.UniqueConstraint(condition=models.Q(('retired_at__isnull', True)), fields=('person', 'algorithm'), name='personal_key_is_one_a_person'),
                    models.CheckConstraint(condition=models.Q(('retired_at__isnull', True), ('sealed_private', ''), _connector='OR'), name='retired_personal_key_signs_nothing'),
                ],
            },
        ),
    ]
