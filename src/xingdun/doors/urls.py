"""Every address of the platform."""

from django.urls import include, path

urlpatterns = [
    path("api/", include("xingdun.doors.api.urls")),
    path("accounts/", include("xingdun.doors.identity.urls")),
    path("", include("xingdun.doors.console.urls")),
]
handler400 = "xingdun.doors.console.views.errors.bad_request"
handler403 = "xingdun.doors.console.views.errors.denied"
handler404 = "xingdun.doors.console.views.errors.missing"
handler500 = "xingdun.doors.console.views.errors.broken"
