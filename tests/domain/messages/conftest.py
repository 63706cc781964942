"""The other sides: a mail server and a group's robots, really listening on this machine."""

import json
import socketserver
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_network

import pytest


@contextmanager
def serving(server):
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@dataclass
class MailServer:
    """Takes mail by SMTP; while `busy` it answers 451."""

    port: int = 0
    busy: bool = False
    taken: list = field(default_factory=list)

    def to(self, address):
        return [message for recipients, message in self.taken if address in recipients]


@pytest.fixture
def mail_server(settings):
    """The platform's mail server (XINGDUN_SMTP_*)."""
    state = MailServer()

    class Conversation(socketserver.StreamRequestHandler):
        def answer(self, line):
            self.wfile.write(f"{line}\r\n".encode())

        def handle(self):
            recipients = []
            self.answer("220 mail.example ESMTP")
            while line := self.rfile.readline().decode().strip():
                verb = line.split()[0].upper()
                if verb == "RCPT":
                    recipients.append(line.partition("<")[2].rstrip(">"))
                if verb == "DATA":
                    if state.busy:
                        self.answer("451 try again later")
                        continue
                    self.answer("354 go on")
                    raw = b""
                    while (part := self.rfile.readline()) != b".\r\n":
                        raw += part.removeprefix(b".") if part.startswith(b"..") else part
                    state.taken.append((recipients, message_from_bytes(raw, policy=policy.default)))
                    recipients = []
                self.answer("221 bye" if verb == "QUIT" else "250 ok")
                if verb == "QUIT":
                    return

    with serving(socketserver.ThreadingTCPServer(("127.0.0.1", 0), Conversation)) as port:
        state.port = port
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = "127.0.0.1", port, False
        yield state


@dataclass
class Robots:
    """Takes what is posted. `answers`: (status, body) in turn, then always the last."""

    port: int = 0
    answers: list = field(default_factory=lambda: [(200, {"errcode": 0, "code": 0})])
    posted: list = field(default_factory=list)

    def address(self, path):
        return f"http://127.0.0.1:{self.port}{path}"


@pytest.fixture
def robots(settings):
    """WeCom, DingTalk and Feishu on this machine, and the setting that lets messages go there."""
    state = Robots()

    class Reply(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            state.posted.append((self.path, json.loads(body), dict(self.headers)))
            status, answer = state.answers.pop(0) if len(state.answers) > 1 else state.answers[0]
            raw = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Location", "/elsewhere")
            self.end_headers()
            self.wfile.write(raw)

        def log_message(self, *_):
            pass

    with serving(ThreadingHTTPServer(("127.0.0.1", 0), Reply)) as port:
        state.port = port
        settings.ENVIRONMENT = replace(
            settings.ENVIRONMENT,
            address="https://xingdun.example",
            webhook_hosts=("127.0.0.1", "localhost", "metadata.example"),
            webhook_networks=(ip_network("127.0.0.0/8"),),
        )
        yield state


@pytest.fixture
def channel(hospital):
    """Registers a channel."""
    from xingdun.messages import services

    def made(kind, address, **facts):
        return services.channel_create(
            name=kind, kind=kind, address=address, by=hospital.security_admin, now=hospital.now, **facts
        )

    return made


@pytest.fixture
def by_mail(channel, mail_server):
    """The institution sends mail."""
    assert mail_server.port
    return channel("mail", "xingdun@hospital.example")


@pytest.fixture
def reads_mail(hospital):
    """Gives people a mail address, LOGIN@hospital.example."""
    from xingdun.messages import services

    def given(*people, **choices):
        for person in people:
            address = f"{person.account.login}@hospital.example"
            services.preference_set(mail=address, by=person, now=hospital.now, **choices)

    return given


@pytest.fixture(autouse=True)
def long_held(hospital):
    """The hospital's people hold their roles since long ago, so that stories may lie on known working days."""
    from datetime import timedelta

    from xingdun.organisation.models import Appointment

    def backdated():
        Appointment.objects.update(starts_at=hospital.now - timedelta(days=3650))

    backdated()
    return backdated
