"""A client system as the API's tests need one: with its secret, its tokens, and rows of two regions to ask for."""

import base64
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db import connection
from django.http import HttpResponse
from django.test import Client

from anling.access.client_scopes import API_SCOPES
from anling.access.models import ClientSystem
from anling.audit.scope import within
from anling.audit.values import Scope
from anling.roster.models import Benefit
from anling.territory.models import Agency, Outlet, Region, Unit

Path(settings.STATIC_ROOT).mkdir(exist_ok=True)  # WhiteNoise warns where nothing has been collected yet

SECRET = "correct-horse-battery-staple"
EVERY_SCOPE = " ".join(API_SCOPES)
NUMBER = "11010519491231002X"
ELSEWHERE = "440524188001010014"
FORM = "application/x-www-form-urlencoded"


@dataclass
class Caller:
    """Calls the API through Django's own WSGI handling, with one token."""

    system: ClientSystem
    token: str
    web: Client

    def get(self, path: str, **headers: str) -> HttpResponse:
        return self.web.get(f"/api/v1{path}", headers=self._headers(headers))  # type: ignore[return-value]

    def send(self, method: str, path: str, body: object, **headers: str) -> HttpResponse:
        text = body if isinstance(body, bytes) else json.dumps(body).encode()
        kind = headers.pop("content_type", "application/json")
        return self.web.generic(  # type: ignore[return-value]
            method, f"/api/v1{path}", text, content_type=kind, headers=self._headers(headers)
        )

    def _headers(self, more: dict[str, str]) -> dict[str, str]:
        named = {name.replace("_", "-"): value for name, value in more.items()}
        return {"Authorization": f"Bearer {self.token}", **named}


def web() -> Client:
    """A browser or a program without any account; failures come as answers."""
    return Client(raise_request_exception=False, SERVER_NAME="localhost")


def system(region: str = "4401", scopes: str = EVERY_SCOPE, per_minute: int = 10_000) -> ClientSystem:
    """A client system of a region with the secret of all test clients, unhashed, for the hash takes its time."""
    return ClientSystem.objects.create(
        name=f"system of {region}", client_type="confidential", authorization_grant_type="client-credentials",
        client_secret=SECRET, hash_client_secret=False, region=region, allowed_scopes=scopes, per_minute=per_minute,
    )  # fmt: skip


def ask_for_token(client: ClientSystem, secret: str = SECRET, **form: str) -> HttpResponse:
    """What the token endpoint answers."""
    basic = base64.b64encode(f"{client.client_id}:{secret}".encode()).decode()
    form = {"grant_type": "client_credentials", **form}
    return web().post("/api/v1/oauth/token", urlencode(form), FORM, headers={"Authorization": f"Basic {basic}"})  # type: ignore[return-value]


def caller(region: str = "4401", scopes: str = EVERY_SCOPE, per_minute: int = 10_000) -> Caller:
    """A client system with a fresh token."""
    made = system(region, scopes, per_minute)
    return Caller(made, json.loads(ask_for_token(made).content)["access_token"], web())


def read(response: Any) -> Any:
    """The JSON of an answer."""
    return json.loads(response.content)


def all_rows(ours: Caller, address: str) -> list[dict[str, object]]:
    """Every row of a list, page by page; the address has a question already."""
    rows: list[dict[str, object]] = []
    cursor = None
    while True:
        page = read(ours.get(address + (f"&cursor={cursor}" if cursor else "")))
        rows += page["items"]
        cursor = page["next"]
        if cursor is None:
            return rows


def places() -> None:
    """Two counties of two cities, with an agency, a unit and an outlet each."""
    Region.objects.get_or_create(code="440000", defaults={"name": "广东省", "level": "province"})
    for city, county in (("440100", "440104"), ("440300", "440305")):
        Region.objects.get_or_create(code=city, defaults={"name": city, "level": "city", "parent_id": "440000"})
        Region.objects.get_or_create(code=county, defaults={"name": county, "level": "county", "parent_id": city})
        Agency.objects.create(code=f"A{county}", name="经办机构", region_id=county)
        Unit.objects.create(code=f"U{county}", name="管理单位", region_id=county)
        Outlet.objects.create(code=f"O{county}", name="网点", region_id=county, address="某路1号")


def person(number: str = NUMBER, region: str = "440104", benefits: int = 1, **fields: object) -> int:
    """A person with benefits in a region; returns the id."""
    with within(Scope(region[:2])):
        with connection.cursor() as cursor:
            cursor.execute("SELECT nextval(pg_get_serial_sequence('roster_person', 'id'))")
            (key,) = cursor.fetchone()
            cursor.execute(
                "INSERT INTO roster_person (id, id_type, id_number, id_valid, name, name_key, pinyin, sex)"
                " VALUES (%s, '01', %s, true, '某甲', '某甲', '', 9)",
                [key, number],
            )
        for place in range(benefits):
            Benefit.objects.create(
                **{
                    "benefit_no": f"B{key}-{place}",
                    "person_id": key, "person_no": f"P{key}", "scheme": "resident",
                    "region": region, "pay_status": "paying", "monthly_amount": "220.00", "unit": f"U{region}",
                    **fields,
                }
            )  # fmt: skip
    return int(key)
