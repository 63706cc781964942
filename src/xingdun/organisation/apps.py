"""Institutions, departments, people, posts, as a Django app."""

from django.apps import AppConfig


class OrganisationConfig(AppConfig):
    """Institutions, departments, people, posts."""

    name = "xingdun.organisation"
    label = "organisation"
