"""Single sign-on by OpenID Connect, with an issuer of our own on the loopback."""

import base64
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from django.urls import reverse
from django.utils import timezone

from xingdun.audit.models import Entry

pytestmark = pytest.mark.django_db
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
CALLBACK = "/accounts/oidc/sso/login/callback/"


def _number(value):
    return base64.urlsafe_b64encode(value.to_bytes((value.bit_length() + 7) // 8)).decode().rstrip("=")


class Issuer(BaseHTTPRequestHandler):
    """Vouches for `server.login`."""

    def do_GET(self):
        base = f"http://127.0.0.1:{self.server.server_port}"
        numbers = KEY.public_key().public_numbers()
        pages = {
            "/.well-known/openid-configuration": {
                "issuer": base,
                "authorization_endpoint": f"{base}/authorize",
                "token_endpoint": f"{base}/token",
                "userinfo_endpoint": f"{base}/userinfo",
                "jwks_uri": f"{base}/keys",
            },
            "/keys": {
                "keys": [{"kty": "RSA", "kid": "1", "alg": "RS256", "n": _number(numbers.n), "e": _number(numbers.e)}]
            },
            "/userinfo": {"sub": f"sub-{self.server.login}", "preferred_username": self.server.login},
        }
        self.answer(pages[urlsplit(self.path).path])

    def do_POST(self):
        sent = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        assert sent["code_verifier"], "PKCE"
        now = int(timezone.now().timestamp())
        claims = {
            "iss": f"http://127.0.0.1:{self.server.server_port}",
            "aud": "xingdun",
            "sub": f"sub-{self.server.login}",
            "preferred_username": self.server.login,
            "iat": now,
            "exp": now + 60,
        } | self.server.claims
        token = jwt.encode(claims, KEY, algorithm="RS256", headers={"kid": "1"})
        self.answer({"access_token": "a", "token_type": "Bearer", "id_token": token})

    def answer(self, body):
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    def log_message(self, *_):
        pass


@pytest.fixture
def issuer(settings):
    server = ThreadingHTTPServer(("127.0.0.1", 0), Issuer)
    server.login, server.claims = "applicant", {}
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    app = {
        "provider_id": "sso",
        "name": "医院统一认证",
        "client_id": "xingdun",
        "secret": "s",
        "settings": {"server_url": f"http://127.0.0.1:{server.server_port}"},
    }
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app], "OAUTH_PKCE_ENABLED": True}}
    yield server
    server.shutdown()
    server.server_close()


def come_in(client):
    leaving = client.get("/accounts/oidc/sso/login/")
    assert leaving.status_code == 302
    asked = parse_qs(urlsplit(leaving.url).query)
    return client.get(f"{CALLBACK}?{urlencode({'code': 'c', 'state': asked['state'][0]})}")


def test_the_sign_in_page_offers_it(hospital, issuer):
    assert "医院统一认证" in hospital.client().get(reverse("account_login")).content.decode()


def test_an_account_that_is_there_comes_in(hospital, issuer):
    client = hospital.client()
    answer = come_in(client)
    assert (answer.status_code, answer.url) == (302, "/")
    assert client.get("/").status_code == 200
    assert Entry.objects.filter(action="account.sign_in").last().details == {"method": "socialaccount"}


def test_it_makes_no_account(hospital, issuer):
    issuer.login = "somebody-else"
    client = hospital.client()
    assert come_in(client).status_code == 403
    assert client.get("/").status_code == 302


def test_an_administrator_still_needs_the_second_factor(hospital, issuer):
    issuer.login = "dso"
    assert come_in(hospital.client()).url == reverse("mfa_authenticate")


@pytest.mark.parametrize("claims", [{"aud": "another"}, {"iss": "http://evil.example"}, {"exp": 1}])
def test_a_token_for_someone_else_is_refused(hospital, issuer, claims):
    issuer.claims = claims
    client = hospital.client()
    come_in(client)
    assert client.get("/").status_code == 302


def test_a_forged_answer_is_refused(hospital, issuer):
    client = hospital.client()
    client.get("/accounts/oidc/sso/login/")
    client.get(f"{CALLBACK}?code=c&state=forged")
    assert client.get("/").status_code == 302
