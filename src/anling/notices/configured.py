"""The gateways of this installation, from its settings; a channel without one waits."""

from __future__ import annotations

from collections.abc import Mapping

from django.conf import settings

from anling.notices.http_gateways import HttpConsentDesk, HttpSms, HttpWeChat
from anling.notices.models import Channel
from anling.notices.ports import ConsentDesk, Gateway


def gateways() -> Mapping[str, Gateway]:
    """Channel → its gateway."""
    said, found = settings.NOTICES, dict[str, Gateway]()
    if said.sms_url:
        found[Channel.SMS.value] = HttpSms(said.sms_url, said.sms_token)
    if said.wechat_url:
        found[Channel.WECHAT.value] = HttpWeChat(said.wechat_url, said.wechat_token, said.wechat_templates)
    return found


def consent_desk() -> ConsentDesk | None:
    """Where people agree to messages by WeChat; None where this installation has none."""
    said = settings.NOTICES
    if not (said.wechat_url and said.wechat_consent_url):
        return None
    return HttpConsentDesk(
        said.wechat_url, said.wechat_token, page=said.wechat_consent_url, templates=said.wechat_templates
    )


def receipt_secret() -> str:
    """The secret by which gateways sign what they tell; empty where they may tell nothing."""
    return str(settings.NOTICES.receipt_secret)


def sender() -> str:
    """Who writes, as letters say it."""
    return str(settings.NOTICES.sender)
