"""Forks the platform's processes and writers off one that has loaded Django, so that a hundred restarts are cheap.

Reads a line a part: kind, name, the address of its database, the file for its output. Answers with the process id.
A writer writes departments through the real service until it is killed, and says after each commit what was
acknowledged; every third write is taken back by its transaction, so that nothing of it may ever be seen. A caller does
the same through the web server's API, and says what was answered with success. A bringer writes networks, which the
worker measures, each with a file as evidence.
"""

import ctypes
import http.client
import json
import os
import signal
import sys
import time
from datetime import UTC, datetime

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "xingdun.runtime.settings"
django.setup()

from django.core.files.base import ContentFile  # noqa: E402 - Django stands now
from django.db import InterfaceError, OperationalError, connection, transaction  # noqa: E402 - Django stands now

from xingdun.assets.services import network_create  # noqa: E402 - the same
from xingdun.frame.context import acting_in  # noqa: E402 - the same
from xingdun.frame.errors import Refusal  # noqa: E402 - the same
from xingdun.obligations.services import evidencefile_create  # noqa: E402 - the same
from xingdun.organisation.models import Account, Person  # noqa: E402 - the same
from xingdun.organisation.services import department_create, token_create  # noqa: E402 - the same
from xingdun.runtime import processes, settings  # noqa: E402 - the same

EACH_TAKEN_BACK = 3
DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG


def department(by, code):
    department_create(code=code, name="崩溃测试", by=by, now=datetime.now(UTC))


def network_with_evidence(by, code):
    now = datetime.now(UTC)
    network = network_create(code=code, name="崩溃测试", by=by, now=now)
    file = ContentFile(code.encode() * 500, name=f"{code}.txt")
    evidencefile_create(
        title=code, file=file, duties=["network-departments"], subject=network.reference, by=by, now=now
    )
    time.sleep(0.05)


def write(name, one=department):
    number, by = 0, None
    while True:
        number += 1
        code = f"{name}-taken-back-{number}" if number % EACH_TAKEN_BACK == 0 else f"{name}-{number}"
        try:
            by = by or somebody()
            with acting_in(by.institution_id), transaction.atomic():
                one(by, code)
                transaction.set_rollback("taken-back" in code)
        except (OperationalError, InterfaceError):
            connection.close()
            time.sleep(0.05)
        else:
            sys.stdout.write(f"{code}\n")
            sys.stdout.flush()


def call(name):
    """Write through the web server: what it answers with success must never be lost, whatever is killed."""
    number, key = 0, None
    while True:
        number += 1
        try:
            key = key or token()
            answered = posted(key, {"code": f"{name}-{number}", "name": "崩溃测试"})
        except (OperationalError, InterfaceError, OSError, http.client.HTTPException):
            connection.close()
            answered = 0
        if answered == http.client.OK:
            sys.stdout.write(f"{name}-{number}\n")
            sys.stdout.flush()
        else:
            time.sleep(0.05)


def token():
    by = somebody()
    with acting_in(by.institution_id):
        scopes = ["organisation.department.create"]
        return token_create(name="caller", scopes=scopes, days=1, by=by, now=datetime.now(UTC))["token"]


def posted(key, department):
    web = http.client.HTTPConnection("127.0.0.1", int(os.environ["XINGDUN_PORT"]), timeout=10)
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    try:
        web.request("POST", "/api/v1/organisation.department/-/create", json.dumps(department), headers)
        return web.getresponse().status
    finally:
        web.close()


def somebody():
    institution = Account.objects.values_list("institution", flat=True).first()
    with acting_in(institution):
        return Person.objects.get(account__login="system")


def become(kind, name, url, log):
    ctypes.CDLL(None).prctl(DIE_WITH_PARENT, signal.SIGKILL)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.setsid()
    file = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(file, 1)
    os.dup2(file, 2)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.environ["XINGDUN_DATABASE_URL"] = url
    connection.settings_dict.update(settings._database(url))
    try:
        own = {"seal": processes.seal, "worker": processes.worker, "web": processes.web, "caller": lambda: call(name)}
        own["bringer"] = lambda: write(name, network_with_evidence)
        own.get(kind, lambda: write(name))()
    except Refusal as refusal:
        sys.exit(str(refusal))


def main():
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the killed
    for line in sys.stdin:
        pid = os.fork()
        if not pid:
            become(*line.split())
            os._exit(0)
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()


main()
