"""Why a row of a feed or of the roster is not taken in, each as one sentence that a clerk can act on (contracts.md).

A sentence shows what stood in the column only where that cannot be a person's number or name.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

_NINE_DIGITS = re.compile("[0-9]{9}")
_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Reason:
    """A code, the column it is about, what is wrong and what to do, in Chinese and English; shows: value to quote."""

    code: str
    column: str
    zh: str
    en: str
    shows: bool = False


def _table(*reasons: Reason) -> Mapping[str, Reason]:
    return {reason.code: reason for reason in reasons}


_DATE_ZH = "不是可识别的日期,请写成 yyyy-MM-dd、yyyyMMdd 或 yyyy/M/d"
_DATE_EN = "is not a date we read; write yyyy-MM-dd, yyyyMMdd or yyyy/M/d"
_MONTH_ZH = "不是可识别的月份,请写成 yyyy-MM 或 yyyyMM"
_MONTH_EN = "is not a month we read; write yyyy-MM or yyyyMM"
_REGION_ZH = "应为 6、9 或 12 位行政区划代码"
_REGION_EN = "must be a region code of 6, 9 or 12 digits"

SHARED_REASONS = (
    Reason("birth_date_unreadable", "birth_date", f"出生日期{_DATE_ZH}", f"birth_date {_DATE_EN}"),
    Reason("sex_unknown", "sex", "性别代码不认识,请用 1、2 或 9", "sex is not known; use 1, 2 or 9", True),
    Reason("region_malformed", "region", f"行政区划{_REGION_ZH}", f"region {_REGION_EN}", True),
    Reason(
        "id_number_rounded",
        "id_number",
        "证件号码已被表格软件变成小数,末几位已丢失,请把该列设为文本后重新导出",
        "id_number was turned into a rounded number; set the column to text in the spreadsheet and export again",
    ),
    Reason(
        "name_is_number",
        "name",
        "姓名列里是证件号码,请检查列是否错位",
        "name holds an identity number; check whether columns are swapped",
    ),
    Reason("nul", "", "行内含有空字符(NUL),请重新导出", "the row holds a NUL character; export it again"),
    Reason(
        "malformed_line",
        "",
        "该行列数或引号不对,请修正",
        "the line has a wrong number of columns or a stray quote; repair it",
    ),
)

FEED_REASONS = _table(
    Reason("row_id_missing", "row_id", "缺记录号,请补上", "row_id is empty; every record needs its own"),
    Reason(
        "row_id_repeated",
        "row_id",
        "记录号在本批内重复,只保留第一行",
        "row_id comes more than once in this batch, only its first row is kept; number the records",
    ),
    Reason("code_missing", "code", "缺业务代码,请补上", "code is empty; fill it in"),
    Reason(
        "code_unknown",
        "code",
        "目录中没有该业务代码,请更正,或在政策文件 feeds.yaml 中登记",
        "the catalogue does not know this code; correct it or add it to feeds.yaml of the policy",
        True,
    ),
    Reason("event_date_missing", "event_date", "缺发生日期,请补上", "event_date is empty; fill it in"),
    Reason("event_date_unreadable", "event_date", f"发生日期{_DATE_ZH}", f"event_date {_DATE_EN}", True),
    Reason(
        "event_after_delivery",
        "event_date",
        "发生日期晚于交付日期,请核对",
        "event_date lies after the day of delivery; check both",
        True,
    ),
    Reason("end_date_unreadable", "end_date", f"结束日期{_DATE_ZH}", f"end_date {_DATE_EN}", True),
    Reason(
        "end_before_event",
        "end_date",
        "结束日期早于发生日期,请核对",
        "end_date lies before event_date; check both",
        True,
    ),
    Reason("end_date_missing", "end_date", "该代码以结束日期为准,请补上", "this code is dated by end_date; fill it in"),
    Reason(
        "end_after_delivery",
        "end_date",
        "结束日期晚于交付日期,请核对",
        "end_date, the date that counts for this code, lies after the day of delivery; check both",
        True,
    ),
    *SHARED_REASONS,
)

ROSTER_REASONS = _table(
    Reason("person_no_missing", "person_no", "缺个人编号,请补上", "person_no is empty; fill it in"),
    Reason("id_number_missing", "id_number", "缺证件号码,请补上", "id_number is empty; fill it in"),
    Reason("name_missing", "name", "缺姓名,请补上", "name is empty; fill it in"),
    Reason(
        "id_type_unknown", "id_type", "证件类型不认识,请更正", "id_type is not known; use a code of the contract", True
    ),
    Reason("scheme_missing", "scheme", "缺险种,请补上", "scheme is empty; write employee or resident"),
    Reason("scheme_unknown", "scheme", "险种不认识,请更正", "scheme is not known; write employee or resident", True),
    Reason("region_missing", "region", "缺发放地行政区划,请补上", "region is empty; fill it in"),
    Reason("residence_malformed", "residence_region", f"居住地{_REGION_ZH}", f"residence_region {_REGION_EN}", True),
    Reason("pay_status_missing", "pay_status", "缺发放状态,请补上", "pay_status is empty; fill it in"),
    Reason(
        "pay_status_unknown",
        "pay_status",
        "发放状态不认识,请更正",
        "pay_status is not known; write paying, suspended or ended",
        True,
    ),
    Reason(
        "application_month_unreadable",
        "application_month",
        f"申请年月{_MONTH_ZH}",
        f"application_month {_MONTH_EN}",
        True,
    ),
    Reason("approval_month_unreadable", "approval_month", f"核定年月{_MONTH_ZH}", f"approval_month {_MONTH_EN}", True),
    Reason("benefit_start_unreadable", "benefit_start", f"待遇开始年月{_MONTH_ZH}", f"benefit_start {_MONTH_EN}", True),
    Reason(
        "last_pass_month_unreadable", "last_pass_month", f"认证年月{_MONTH_ZH}", f"last_pass_month {_MONTH_EN}", True
    ),
    Reason(
        "monthly_amount_unreadable",
        "monthly_amount",
        "月待遇金额应为元,最多两位小数",
        "monthly_amount must be yuan with at most two decimals",
        True,
    ),
    Reason(
        "benefit_no_repeated",
        "benefit_no",
        "待遇编号重复,只保留第一行",
        "benefit_no comes more than once, only its first row is kept; give every benefit its own",
    ),
    *SHARED_REASONS,
)


class Rejection(NamedTuple):
    """A row that is not taken in. row: 1 for the first data row; row_id: its own number, where it has one."""

    row: int
    row_id: str | None
    column: str
    reason: str
    message: str


def rejection(
    reason: Reason, row: int, row_id: str | None, value: str | date | None = None, feed: str = ""
) -> Rejection:
    """The rejection of a row; value: what stood in the column of the reason, shown where that may be shown."""
    return Rejection(row, row_id, reason.column, reason.code, sentence(reason, value, feed))


def sentence(reason: Reason, value: str | date | None = None, feed: str = "") -> str:
    """What is wrong and what to do, with up to 20 characters of what stood there where that may be shown.

    Nine digits in a row are no date and no code, but may be a person's number in a swapped column: they are not shown.
    """
    where = f" ({feed})" if feed else ""
    written = f"{reason.zh} / {reason.en}{where}"
    if not reason.shows:
        return written
    text = "" if value is None else str(value)
    return f"{written}: {'***' if _NINE_DIGITS.search(text) else text[:_SHOWN]}"
