from django.core.management import call_command


def test_migrations_say_what_the_models_say(db):
    call_command("makemigrations", "data", check=True, dry_run=True, skip_checks=True)
