"""A security key registered and used, as Chromium's own virtual one answers."""

import os
import re

import pytest

pytestmark = pytest.mark.django_db(transaction=True)
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "yes"  # Playwright's event loop lives in the test's thread
KEY = {
    "protocol": "ctap2",
    "transport": "usb",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def test_a_security_key_is_the_second_factor(chromium, live_server, hospital):
    person = hospital.applicant
    context = chromium.new_context(base_url=live_server.url.replace("127.0.0.1", "localhost"), locale="en-GB")
    try:
        page = context.new_page()
        page.set_default_timeout(240_000)
        devtools = context.new_cdp_session(page)
        devtools.send("WebAuthn.enable")
        devtools.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})

        def sign_in():
            page.goto("/accounts/login/")
            page.fill("input[name=login]", person.account.login)
            page.fill("input[name=password]", hospital.password)
            page.click("main button[type=submit]")

        sign_in()
        page.goto("/accounts/2fa/webauthn/add/")
        page.fill("input[name=password]", hospital.password)
        page.click("main button[type=submit]")
        page.wait_for_url("**/accounts/2fa/webauthn/add/")  # with its script
        page.click("#mfa_webauthn_add")
        page.wait_for_url("**/accounts/2fa/recovery-codes/")
        context.clear_cookies()
        sign_in()
        page.wait_for_url("**/accounts/2fa/authenticate/")
        page.click("#mfa_webauthn_authenticate")
        page.wait_for_url(re.compile(r"^http://[^/]+/$"))
        assert person.name in page.inner_text("body")
    finally:
        context.close()
