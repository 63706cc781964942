import django.db.models.deletion
import xingdun.frame.ids
from django.db import migrations, models

ROLES = [('dso', 'data security officer'), ('security_admin', 'security administrator'), ('system_admin', 'system administrator'), ('auditor', 'auditor'), ('department_head', 'department head'), ('applicant', 'clinician or researcher'), ('key_holder', 'key holder'), ('legal', 'legal'), ('head', 'head of institution'), ('vendor', 'third-party vendor'), ('regulator', 'regulator')]


class Migration(migrations.Migration):

    dependencies = [
        ('keys', '0002_personalkey'),
        ('organisation', '0001_initial'),
        ('approvals', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Delegation',
            fields=[
                ('id', models.UUIDField(default=xingdun.frame.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('role', models.CharField(choices=ROLES, max_length=20, verbose_name='role')),
                ('starts_at', models.DateTimeField(verbose_name='from')),
                ('ends_at', models.DateTimeField(verbose_name='until')),
                ('reason', models.CharField(max_length=300, verbose_name='why')),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='ended before')),
                ('delegate', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisation.person', verbose_name='who decides meanwhile')),
                ('delegator', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisation.person', verbose_name='whose decisions')),
                ('department', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisation.department', verbose_name='department')),
                ('institution', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisation.institution')),
            ],
            options={
                'verbose_name': 'delegation',
                'verbose_name_plural': 'delegations',
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('starts_at'))), name='delegation_ends_after_it_starts'),
                    models.CheckConstraint(condition=models.Q(('delegator', models.F('delegate')), _negated=True), name='delegation_goes_to_another'),
                    models.UniqueConstraint(fields=('id', 'delegator', 'delegate'), name='delegation_and_its_people'),
                ],
            },
        ),
        migrations.AddField(
            model_name='process',
            name='stuck',
            field=models.BooleanField(default=False, verbose_name='nobody can decide'),
        ),
        migrations.AddField(
            model_name='process',
            name='replaces',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replaced_by', to='approvals.process', verbose_name='replaces'),
        ),
        migrations.AddConstraint(
            model_name='process',
            constraint=models.CheckConstraint(condition=models.Q(('stuck', False), ('state', 'open'), _connector='OR'), name='only_what_waits_is_stuck'),
        ),
        migrations.AddField(
            model_name='decision',
            name='delegation',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='approvals.delegation', verbose_name='delegation'),
        ),
        migrations.AddField(
            model_name='decision',
            name='key',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='keys.personalkey', verbose_name='signature key'),
        ),
        migrations.AddField(
            model_name='decision',
            name='seat',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisation.person', verbose_name='whose seat'),
        ),
        # Whoever decided before seats could be left to others decided on their own.
        migrations.RunSQL(
            "UPDATE approvals_decision SET seat_id = person_id; SET CONSTRAINTS ALL IMMEDIATE",
            migrations.RunSQL.noop,
        ),
        migrations.AlterField(
            model_name='decision',
            name='seat',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisation.person', verbose_name='whose seat'),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.UniqueConstraint(fields=('process', 'seat'), name='no_seat_counts_twice'),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.CheckConstraint(condition=models.Q(('seat', models.F('requested_by')), _negated=True), name='applicant_has_no_seat'),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('delegation__isnull', True), ('seat', models.F('person'))), models.Q(('delegation__isnull', False), models.Q(('seat', models.F('person')), _negated=True)), _connector='OR'), name='another_seat_needs_its_delegation'),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('key__isnull', True), ('signature', '')), models.Q(models.Q(('signature', ''), _negated=True), ('key__isnull', False)), _connector='OR'), name='signature_has_its_key'),
        ),
        migrations.RunSQL(
            # The seat is the delegator's and the decider the delegate: the two checks above then cannot lie.
            "ALTER TABLE approvals_decision ADD CONSTRAINT decision_copies_its_delegation "
            "FOREIGN KEY (delegation_id, seat_id, person_id) REFERENCES approvals_delegation (id, delegator_id, delegate_id) "
            "DEFERRABLE INITIALLY DEFERRED",
            "ALTER TABLE approvals_decision DROP CONSTRAINT decision_copies_its_delegation",
        ),
    ]
