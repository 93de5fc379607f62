"""The numbers of the regulations as dated values, each with its source, and the catalogue of feeds."""

from anling.policy.book import Policy, load, load_texts
from anling.policy.catalogue import Catalogue, CodeMeaning, DatedBy, Feed
from anling.policy.codes_file import PayStatus, Sex, SuspendReason, Values
from anling.policy.decision_file import HealthRule
from anling.policy.errors import PolicyError
from anling.policy.headers_file import FEED_COLUMNS, ROSTER_COLUMNS, Headers
from anling.policy.lookup import fold
from anling.policy.notices_file import NoticeRule
from anling.policy.payment_file import AppealRestores, ArrearsPaidOut, PaymentRule
from anling.policy.regions_file import CityName

__all__ = [
    "FEED_COLUMNS",
    "ROSTER_COLUMNS",
    "AppealRestores",
    "ArrearsPaidOut",
    "Catalogue",
    "CityName",
    "CodeMeaning",
    "DatedBy",
    "Feed",
    "Headers",
    "HealthRule",
    "NoticeRule",
    "PayStatus",
    "PaymentRule",
    "Policy",
    "PolicyError",
    "Sex",
    "SuspendReason",
    "Values",
    "fold",
    "load",
    "load_texts",
]
