"""Addresses of sign-in, second factors, sessions and single sign-on; `foreign` says who may open each."""

from django.urls import include, path

urlpatterns = [path("", include("allauth.urls"))]
