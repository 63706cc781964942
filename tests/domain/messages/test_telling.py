"""What people are told: here, by mail, in a group's chat; quietly, again after a failure, and never twice."""

import base64
import hashlib
import hmac
import json
from datetime import datetime, timedelta
from types import SimpleNamespace
from urllib.parse import parse_qs, urlsplit

import pytest
from django.utils import translation

from xingdun.access.models import Grant
from xingdun.approvals import services as approvals
from xingdun.audit.models import Entry
from xingdun.frame.context import calling
from xingdun.frame.roles import Role
from xingdun.kernel.clocks import ZONE
from xingdun.messages import errors, rules, selectors, services
from xingdun.messages.kinds import Kind, declare
from xingdun.messages.models import Attempt, Channel, Delivery, Message
from xingdun.messages.sending import addresses, running, webhooks
from xingdun.messages.sending.wording import Outgoing
from xingdun.messages.services.digests import digest_plan
from xingdun.organisation import services as organisation

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("watched")]

MONDAY = datetime(2026, 3, 2, 9, 30, tzinfo=ZONE)
HOLIDAY = datetime(2026, 2, 18, 9, 30, tzinfo=ZONE)  # Spring Festival
declare(
    Kind("test.alarm", "an alarm", "Alarm {code}", "Since {since}, {count} times.", urgent=True),
    Kind("test.news", "news", "News", "{count} things."),
)


@pytest.fixture
def tell(hospital):
    """Sends an alarm, or some news."""

    def alarm(**facts):
        return services.message_send(
            kind="test.alarm",
            facts={"code": "A-7", "since": MONDAY, "count": 3},
            link=hospital.departments["MED"],
            by="system:test",
            now=MONDAY,
            **facts,
        )

    def news(*to, now=MONDAY, **facts):
        return services.message_send(kind="test.news", to=to, facts={"count": 2}, by="system:test", now=now, **facts)

    return SimpleNamespace(alarm=alarm, news=news)


def send(at):
    return running.run(clock=lambda: at)


def test_people_find_in_the_platform_what_they_were_told(hospital, tell):
    (told,) = tell.alarm(role=Role.DSO)
    tell.news(hospital.head, hospital.dso)
    assert (told.to, told.urgent) == (hospital.dso, True)
    assert str(told) == "Alarm A-7"
    assert told.text == "Since 2026-03-02 09:30, 3 times."
    with calling(hospital.dso.pk, frozenset({Role.DSO})):
        assert selectors.own_messages().count() == 2
    assert selectors.unread_count(hospital.dso) == 2
    with pytest.raises(errors.NotYours):
        services.message_read(message=told, by=hospital.head, now=MONDAY)
    services.message_read(message=told, by=hospital.dso, now=MONDAY)
    assert selectors.unread_count(hospital.dso) == 1
    assert services.message_read_all(by=hospital.dso, now=MONDAY) == 1
    assert selectors.unread_count(hospital.dso) == 0
    assert not Delivery.objects.exists()
    sent = Entry.objects.filter(action="message.send").order_by("id")
    assert [entry.details["persons"] for entry in sent] == [1, 2]
    assert hospital.dso.name not in "".join(entry.content for entry in sent)


def test_a_step_is_told_once_and_what_is_settled_is_read(hospital, tell, long_held):
    assert len(tell.alarm(role=Role.DSO, step="network:7 due")) == 1
    second = hospital.person("dso-two", Role.DSO)
    long_held()
    assert [message.to for message in tell.alarm(role=Role.DSO, step="network:7 due")] == [second]
    assert tell.alarm(role=Role.DSO, step="network:7 due") == []
    about = hospital.departments["MED"]
    assert services.message_settle(kind="test.alarm", link=about, by=second, now=MONDAY) == 2
    assert selectors.unread_count(hospital.dso) == 0


def test_nothing_that_names_anybody_fits_into_a_message(hospital):
    for fact in ("王伟", "330106195001010011", 330106195001010011, 13800000000, "a b", 1.5, None):
        facts = {"count": fact}
        with pytest.raises(errors.FactNotAllowed):
            services.message_send(kind="test.news", to=hospital.dso, facts=facts, by="system:test", now=MONDAY)
    with pytest.raises(errors.FactsMissing):
        services.message_send(kind="test.news", to=hospital.dso, by="system:test", now=MONDAY)
    assert not Message.objects.exists()


@pytest.mark.usefixtures("by_mail", "robots")
def test_alarms_come_by_mail_at_once_the_rest_in_one_digest_of_a_working_morning(
    hospital, mail_server, reads_mail, tell
):
    reads_mail(hospital.dso, hospital.head)
    early = MONDAY.replace(hour=7)
    tell.news(hospital.dso, now=early)
    tell.news(hospital.dso, hospital.head, now=early)
    assert send(MONDAY) == 0
    (told,) = tell.alarm(role=Role.DSO)
    assert send(MONDAY) == 1
    (mail,) = mail_server.to("dso@hospital.example")
    assert mail["Subject"] == "[杏盾] Alarm A-7"
    assert mail["From"] == "xingdun@hospital.example"
    assert str(Delivery.objects.get().pk) in mail["Message-ID"]
    assert f"https://xingdun.example/console/messages.message/{told.pk}/" in mail.get_content()

    assert digest_plan(now=HOLIDAY) == 0
    assert digest_plan(now=early) == 0
    assert digest_plan(now=MONDAY) == 2
    tell.news(hospital.head, now=MONDAY)  # later in the day: with tomorrow's
    assert digest_plan(now=MONDAY + timedelta(hours=3)) == 0
    assert send(MONDAY) == 2
    digest = mail_server.to("dso@hospital.example")[-1]
    assert digest["Subject"] == "[杏盾] 2 条消息在等您"
    assert "news: 2" in digest.get_content()
    tomorrow = MONDAY + timedelta(days=1)
    assert digest_plan(now=tomorrow) == 1
    assert send(tomorrow) == 1
    assert [len(mail_server.to(f"{who}@hospital.example")) for who in ("dso", "head")] == [2, 2]


@pytest.mark.usefixtures("by_mail")
def test_people_choose_what_reaches_them_and_alarms_do(hospital, mail_server, reads_mail, tell):
    reads_mail(hospital.dso, at_once=["test.news"], digest=["test.alarm"])
    reads_mail(hospital.head, never=["test.news"])
    tell.news(hospital.dso, hospital.head)
    tell.alarm(role=Role.DSO)
    assert send(MONDAY) == 1
    assert mail_server.to("dso@hospital.example")[0]["Subject"] == "[杏盾] News"
    assert digest_plan(now=MONDAY + timedelta(days=1)) == 1
    assert Delivery.objects.get(digest_on__isnull=False).counts == {"test.alarm": 1}
    with pytest.raises(errors.MustBeTold):
        reads_mail(hospital.dso, never=["test.alarm"])
    with pytest.raises(errors.KindUnknown):
        reads_mail(hospital.dso, never=["no.such"])
    assert selectors.preferences_of(hospital.dso) == {"test.news": "at_once", "test.alarm": "digest"}


def signed(secret, text):
    return base64.b64encode(hmac.new(secret.encode(), text.encode(), hashlib.sha256).digest()).decode()


def test_groups_are_told_alarms_signed_as_their_platforms_ask(hospital, robots, channel, tell, long_held):
    channel("wecom", robots.address("/cgi-bin/webhook/send?key=k-1"))
    channel("dingtalk", robots.address("/robot/send?access_token=t-1"), secret="SECding", role=Role.DSO)
    channel("feishu", robots.address("/open-apis/bot/v2/hook/h-1"), secret="fei", role=Role.LEGAL)
    assert Channel.objects.get(kind="feishu").address == f"127.0.0.1:{robots.port}"
    for one in Channel.objects.all():
        assert not {"k-1", "t-1", "h-1", "SECding"} & set(json.dumps([one.address, one.secret]).split('"'))
    hospital.person("dso-two", Role.DSO)
    long_held()
    tell.news(hospital.dso, hospital.legal)
    tell.alarm(role=Role.DSO)  # two people, one event
    assert send(MONDAY) == 2
    (path, wecom, _), (ding_path, ding, headers) = robots.posted
    assert path == "/cgi-bin/webhook/send?key=k-1"
    where = f"https://xingdun.example/console/organisation.department/{hospital.departments['MED'].pk}/"
    content = "### Alarm A-7\nSince 2026-03-02 09:30, 3 times."
    assert wecom["msgtype"] == "markdown"
    assert wecom["markdown"]["content"].startswith(content)
    assert f"({where})" in wecom["markdown"]["content"]
    query = parse_qs(urlsplit(ding_path).query)
    stamp = str(int(MONDAY.timestamp() * 1000))
    assert query == {"access_token": ["t-1"], "timestamp": [stamp], "sign": [signed("SECding", f"{stamp}\nSECding")]}
    assert ding["markdown"]["title"] == "Alarm A-7"
    assert headers["X-Request-Id"] == str(Delivery.objects.get(channel__kind="dingtalk").pk)

    tell.alarm(to=[hospital.legal])
    assert send(MONDAY) == 2
    feishu = next(body for path, body, _ in robots.posted[2:] if path.endswith("/hook/h-1"))
    stamp = str(int(MONDAY.timestamp()))
    assert (feishu["timestamp"], feishu["sign"]) == (stamp, signed(f"{stamp}\nfei", ""))
    assert feishu["content"]["post"]["zh_cn"]["title"] == "Alarm A-7"
    everything = json.dumps(robots.posted, ensure_ascii=False)
    assert hospital.dso.name not in everything
    assert hospital.legal.name not in everything


def test_what_fails_is_tried_again_after_longer_pauses_and_ends(hospital, robots, channel, tell):
    channel("wecom", robots.address("/send?key=k"))
    robots.answers = [(500, {}), (200, {"errcode": 45009, "errmsg": "too many"}), (302, {}), (200, {"errcode": 0})]
    tell.alarm(role=Role.DSO)
    at = MONDAY
    assert [send(at), send(at)] == [1, 0]
    at += timedelta(minutes=1)
    assert [send(at), send(at + timedelta(minutes=4))] == [1, 0]
    at += timedelta(minutes=5)
    assert send(at) == 1
    assert Channel.objects.get().state == "failed"
    assert send(at + timedelta(minutes=30)) == 1
    tried = Attempt.objects.order_by("number")
    assert [(one.outcome, one.problem) for one in tried] == [
        ("failed", "XD-MESSAGE-014 HTTP 500"),
        ("failed", "XD-MESSAGE-014 45009 too many"),
        ("failed", "XD-MESSAGE-014 HTTP 302"),
        ("done", ""),
    ]
    assert all(path == "/send?key=k" for path, *_ in robots.posted)  # no redirect was followed
    assert (Delivery.objects.get().state, Channel.objects.get().state) == ("done", "reachable")

    robots.answers = [(200, {"errcode": 1, "errmsg": "\x00\ud800"}), (200, b"[" * 60_000), (200, b"not json")]
    tell.alarm(role=Role.DSO)
    at = MONDAY
    while delivery := selectors.deliveries().filter(state__in=Delivery.OPEN).first():
        at = delivery.next_attempt_at
        assert send(at) == 1
    given_up = Delivery.objects.get(state="failed")
    assert given_up.attempts_made == 6
    robots.answers = [(200, {"errcode": 0})]
    services.delivery_retry(delivery=given_up, by=hospital.security_admin, now=at)
    assert send(at) == 1
    assert Delivery.objects.filter(state="done").count() == 2


@pytest.mark.parametrize("kind", ["wecom", "dingtalk"])
def test_a_long_text_fits_into_what_a_robot_takes_with_its_link(kind):
    outgoing = Outgoing("m", "期限", "长" * 5000, f"https://xingdun.example/{'x' * 200}", "打开")
    _address, body = webhooks.request(kind, "https://robot.example", "s", outgoing, MONDAY)
    text = body["markdown"]["content" if kind == "wecom" else "text"]
    assert len(text.encode()) <= rules.text_bytes()
    assert text.endswith(f"…\n\n[打开]({outgoing.link})")


def test_a_worker_that_dies_in_the_middle_is_followed_by_another(hospital, mail_server, by_mail, reads_mail, tell):
    reads_mail(hospital.dso)
    mail_server.busy = True
    tell.alarm(role=Role.DSO)
    delivery = Delivery.objects.get()
    lost = services.delivery_begin(delivery=delivery, now=MONDAY)
    assert lost.number == 1
    assert send(MONDAY) == 0  # somebody has it
    mail_server.busy = False
    assert send(MONDAY + timedelta(minutes=5)) == 1
    assert [one.outcome for one in Attempt.objects.order_by("number")] == ["", "done"]
    assert len(mail_server.taken) == 1
    services.delivery_end(attempt=lost, problem="late", now=MONDAY)  # the first was not dead after all
    assert Delivery.objects.get().state == "done"


def test_what_nobody_needs_any_more_is_not_sent(hospital, mail_server, by_mail, reads_mail, tell):
    reads_mail(hospital.dso)
    (told,) = tell.alarm(role=Role.DSO)
    services.message_read(message=told, by=hospital.dso, now=MONDAY)
    assert send(MONDAY) == 0
    reads_mail(hospital.legal, hospital.head)
    tell.alarm(to=[hospital.legal, hospital.head])
    organisation.person_leave(person=hospital.legal, by=hospital.security_admin, now=MONDAY)
    organisation.person_suspend(person=hospital.head, reason="停职", by=hospital.security_admin, now=MONDAY)
    assert send(MONDAY) == 0, "nobody writes to those who are shut out"
    tell.alarm(role=Role.DSO)
    services.channel_retire(channel=by_mail, by=hospital.security_admin, now=MONDAY)
    assert send(MONDAY) == 0
    assert {one.state for one in Delivery.objects.all()} == {"withdrawn"}
    assert mail_server.taken == []
    with pytest.raises(errors.ChannelRetired):
        services.channel_test(channel=by_mail, by=hospital.security_admin, now=MONDAY)


def test_a_channel_is_tested_by_a_line(hospital, robots, mail_server, channel, reads_mail):
    group = channel("feishu", robots.address("/hook"), secret="s")
    robots.answers = [(200, {"code": 19021, "msg": "sign match fail"}), (200, {"code": 0})]
    tested = services.channel_test(channel=group, by=hospital.security_admin, now=MONDAY)
    assert (tested.state, "sign match fail" in tested.problem) == ("failed", True)
    assert services.channel_test(channel=group, by=hospital.security_admin, now=MONDAY).state == "reachable"
    way = channel("mail", "xingdun@hospital.example")
    assert services.channel_test(channel=way, by=hospital.security_admin, now=MONDAY).state == "failed"
    reads_mail(hospital.security_admin)
    assert services.channel_test(channel=way, by=hospital.security_admin, now=MONDAY).state == "reachable"
    assert len(mail_server.to("security_admin@hospital.example")) == 1


REFUSED = (
    ("wecom", "https://evil.example/send?key=k", errors.HostNotAllowed),
    ("wecom", "https://127.0.0.1@evil.example/?key=k", errors.AddressUnusable),
    ("wecom", "https://evil.example\\@127.0.0.1/?key=k", errors.AddressUnusable),
    ("wecom", "ftp://127.0.0.1/?key=k", errors.AddressUnusable),
    ("wecom", "http://127.0.0.1/send", errors.AddressUnusable),
    ("dingtalk", "http://127.0.0.1/send?access_token=t", errors.SecretMissing),
    ("mail", "not an address", errors.AddressUnusable),
    ("mail", "a@b.example\nBcc: c@d.example", errors.AddressUnusable),
)


def test_an_address_that_should_not_be_reached_is_refused(robots, mail_server, channel):
    for kind, address, refusal in REFUSED:
        with pytest.raises(refusal):
            channel(kind, address)
    assert not Channel.objects.exists()


def test_a_name_is_trusted_no_further_than_where_it_leads(robots, monkeypatch, settings, channel, mail_server):
    def leads_to(*found):
        answers = [(2, 1, 6, "", (address, 443)) for address in found]
        monkeypatch.setattr(addresses.socket, "getaddrinfo", lambda *_, **__: answers)

    for found in (["169.254.169.254"], ["8.8.8.8", "169.254.169.254"], ["10.1.2.3"], ["::ffff:169.254.169.254"],
                  ["100.100.100.200"], ["0.0.0.0"], ["fe80::1"]):  # fmt: skip
        leads_to(*found)
        with pytest.raises(errors.AddressForbidden):
            addresses.target("https://metadata.example/x")
    leads_to("8.8.8.8")
    assert addresses.target("https://metadata.example/x?a=1").addresses == ("8.8.8.8",)
    with pytest.raises(errors.AddressUnusable):  # in the clear only within this machine
        addresses.target("http://metadata.example/x")
    settings.EMAIL_HOST = ""
    with pytest.raises(errors.MailServerMissing):
        channel("mail", "xingdun@hospital.example")


def test_deciders_are_told_when_their_step_opens_and_who_asked_when_it_ends(hospital, long_held):
    keys = [hospital.key_holder, hospital.person("key-two", Role.KEY_HOLDER, department="MED")]
    long_held()
    process = approvals.process_open(
        about=hospital.departments["RES"],
        title="科研取数",
        content={"fields": ["diagnosis"]},
        steps=[approvals.StepWanted(Role.DSO), approvals.StepWanted(Role.KEY_HOLDER, 2)],
        by=hospital.applicant,
        now=MONDAY,
    )

    def waiting():
        return {message.to for message in Message.objects.filter(kind="approvals.waiting", read_at__isnull=True)}

    assert waiting() == {hospital.dso}
    approvals.process_approve(process=process, by=hospital.dso, now=MONDAY)
    assert waiting() == set(keys)
    approvals.process_approve(process=process, by=keys[0], now=MONDAY)
    assert waiting() == {keys[1]}
    approvals.process_approve(process=process, by=keys[1], now=MONDAY)
    assert waiting() == set()
    ended = Message.objects.get(to=hospital.applicant)
    with translation.override("en"):
        assert (ended.heading, ended.link) == ("What you asked for: approved", process.reference)
    assert "科研取数" not in str(list(Message.objects.values()))


def test_the_bell_counts_what_is_not_read_and_the_page_shows_ones_own(hospital, tell, robots):
    tell.alarm(role=Role.DSO)
    tell.news(hospital.dso, hospital.head)
    client = hospital.client(Role.DSO)
    page = client.get("/console/messages.message/").content.decode()
    assert ">2<span" in page.replace("\n", "")
    assert "Alarm A-7" in page
    told = Message.objects.get(kind="test.alarm")
    assert client.post(f"/console/messages.message/{told.pk}/read/").status_code == 302
    assert ">1<span" in client.get("/").content.decode().replace("\n", "")
    assert hospital.client(Role.HEAD).get(f"/console/messages.message/{told.pk}/").status_code == 404
    assert "xd-bell" not in hospital.client(Role.VENDOR).get("/account/").content.decode()
    chosen = {"mail": "dso@hospital.example", "never": ["test.news"]}
    assert client.post("/console/messages.message/-/prefer/", chosen).status_code == 302
    assert selectors.preferences_of(hospital.dso) == {"test.news": "never"}
    admin = hospital.client(Role.SECURITY_ADMIN)
    robot = {"name": "值班群", "kind": "wecom", "address": robots.address("/send?key=SECRET-KEY")}
    assert admin.post("/console/messages.channel/-/create/", robot).status_code == 302
    way = Channel.objects.get()
    assert b"SECRET-KEY" not in admin.get(f"/console/messages.channel/{way.pk}/").content
    assert b"SECRET-KEY" not in admin.get("/api/v1/messages.channel/").content


def test_break_glass_alarms_the_data_security_officer(hospital, monkeypatch):
    from xingdun.access.alarms import break_glass_alarm, break_glass_reviewed

    grant = Grant(institution=hospital.institution, expires_at=MONDAY, review_due_at=MONDAY + timedelta(hours=72))
    break_glass_alarm(grant=grant, by=hospital.applicant, now=MONDAY)
    told = Message.objects.get()
    assert (told.to, told.urgent, told.link) == (hospital.dso, True, grant.reference)
    with translation.override("zh-hans"):
        assert "2026-03-05 09:30" in told.text
    break_glass_reviewed(grant=grant, by=hospital.dso, now=MONDAY)
    assert selectors.unread_count(hospital.dso) == 0
