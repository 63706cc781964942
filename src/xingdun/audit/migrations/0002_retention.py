"""A month of entries may leave once it is old enough; the database refuses it before."""

from django.db import migrations, models

import xingdun.frame.ids

RETIRE = """
CREATE FUNCTION audit_month_retire(month date, expected bigint) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, public SET lock_timeout = '10s' AS $$
DECLARE
    name text := 'audit_entry_' || to_char(month, 'YYYYMM');
    next timestamp := date_trunc('month', month::timestamp) + interval '1 month';
    until timestamptz := (next + public.audit_retention_floor()) AT TIME ZONE 'Asia/Shanghai';
    found bigint;
BEGIN
    IF until > statement_timestamp() THEN
        RAISE EXCEPTION 'ledger entries of % must be kept until %', to_char(month, 'YYYY-MM'), until
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    EXECUTE format('LOCK TABLE public.%I IN ACCESS EXCLUSIVE MODE', name);
    EXECUTE format('SELECT count(*) FROM public.%I e JOIN public.audit_leaf l ON l.entry_id = e.id', name) INTO found;
    IF found <> expected THEN
        RAISE EXCEPTION 'ledger entries of % changed while they were to leave', to_char(month, 'YYYY-MM');
    END IF;
    EXECUTE format('SELECT count(*) FROM public.%I', name) INTO found;
    IF found <> expected THEN
        RAISE EXCEPTION 'ledger entries of % are not all sealed', to_char(month, 'YYYY-MM');
    END IF;
    EXECUTE format('DROP TABLE public.%I', name);
END $$;
REVOKE ALL ON FUNCTION audit_month_retire(date, bigint) FROM PUBLIC;
CREATE TRIGGER audit_retirement_stays BEFORE UPDATE OR DELETE ON audit_retirement
    FOR EACH ROW EXECUTE FUNCTION audit_refuse();
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [
        migrations.DeleteModel(name="Retirement"),
        migrations.CreateModel(
            name="Retirement",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=xingdun.frame.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("month", models.DateField(unique=True, verbose_name="month")),
                ("entries", models.BigIntegerField(verbose_name="entries")),
                ("first_index", models.BigIntegerField(null=True)),
                ("last_index", models.BigIntegerField(null=True)),
                ("retired_at", models.DateTimeField(verbose_name="retired at")),
            ],
            options={"verbose_name": "retired month", "verbose_name_plural": "retired months"},
        ),
        migrations.RunSQL(RETIRE, "DROP FUNCTION audit_month_retire(date, bigint)"),
    ]
