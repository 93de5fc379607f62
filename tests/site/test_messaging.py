"""The settings of messages are checked when the program starts, each with the name of the variable."""

import pytest

from anling.notices.models import Kind
from anling.site.errors import SiteError
from anling.site.messaging import KINDS, read_messaging

URL = {"ANLING_SMS_URL": "https://sms.example/v1", "ANLING_SMS_TOKEN": "t"}


def test_an_installation_without_gateways_has_none() -> None:
    assert read_messaging({}).sms_url == ""


def test_what_is_given_is_read_and_no_secret_shows() -> None:
    said = read_messaging(
        {**URL, "ANLING_WECHAT_URL": "https://wx.example", "ANLING_WECHAT_TOKEN": "w",
         "ANLING_WECHAT_TEMPLATES": "warning=T1, result=T2", "ANLING_RECEIPT_SECRET": "s" * 32}
    )  # fmt: skip
    assert said.wechat_templates == {"warning": "T1", "result": "T2"}
    assert "s" * 32 not in repr(said)


@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        ({"ANLING_SMS_URL": "sms.example", "ANLING_SMS_TOKEN": "t"}, "ANLING_SMS_URL is no address"),
        ({"ANLING_SMS_URL": "http://sms.example", "ANLING_SMS_TOKEN": "t"}, "would send telephone numbers in clear"),
        ({"ANLING_SMS_URL": "https://sms.example"}, "needs ANLING_SMS_TOKEN too"),
        ({"ANLING_WECHAT_URL": "https://w.example", "ANLING_WECHAT_TOKEN": "w"}, "needs ANLING_WECHAT_TEMPLATES too"),
        ({"ANLING_WECHAT_TEMPLATES": "greeting=T1"}, "kinds are warning, result"),
        ({"ANLING_RECEIPT_SECRET": "short"}, "ANLING_RECEIPT_SECRET is too short"),
    ],
)
def test_what_cannot_be_used_is_named(variables: dict[str, str], sentence: str) -> None:
    with pytest.raises(SiteError, match=sentence):
        read_messaging(variables)


def test_the_kinds_of_the_settings_are_those_of_the_notices() -> None:
    assert set(KINDS) == set(Kind.values)
