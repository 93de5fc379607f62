"""What officers and recipients read for each word of a result: in Chinese and in English, nowhere else.

Every word of `rules.evidence` that can appear in a result has its phrase here; a test holds the tables complete.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from anling.matching.health import Health
from anling.rules.clock import FirstBase
from anling.rules.evidence import Grade, Identity, ListName, Reason, Scheme, WhyNot
from anling.rules.months import Month


class Phrase(NamedTuple):
    """The same thing said in Chinese and in English."""

    zh: str
    en: str


class Use(StrEnum):
    """What a record did in a decision, where its identity and dates are not what kept it out (`WhyNot`)."""

    DECIDING = "deciding"
    WEAK_ALONE = "weak_alone"
    SET_ASIDE = "set_aside"
    REFUTED = "refuted"
    OUTWEIGHED = "outweighed"
    CANCELS = "cancels"
    HINT = "hint"
    PROVES_NOTHING = "proves_nothing"


LISTS: Mapping[ListName, Phrase] = {
    ListName.ELIGIBLE: Phrase("具备资格", "eligible"),
    ListName.LOST: Phrase("丧失资格（拟）", "entitlement lost (proposed)"),
    ListName.TO_VERIFY: Phrase("待核实", "to be verified"),
    ListName.NO_EVIDENCE: Phrase("暂无佐证", "no evidence"),
}
SCHEMES: Mapping[Scheme, Phrase] = {
    Scheme.EMPLOYEE: Phrase("企业职工", "employee"),
    Scheme.RESIDENT: Phrase("城乡居民", "resident"),
}
REASONS: Mapping[Reason, Phrase] = {
    Reason.CONFLICT: Phrase("丧失记录之后又有生存记录，互相矛盾", "a strong sign of life is dated after a loss record"),
    Reason.DEATH: Phrase("有死亡记录", "a death is on record"),
    Reason.CUSTODY: Phrase("有服刑或羁押记录", "prison or detention is on record"),
    Reason.MISSING: Phrase("有失踪记录", "the person is on record as missing"),
    Reason.DOUBLE_BENEFIT: Phrase("有重复领取基本养老金的记录", "another basic pension is on record"),
    Reason.SINGLE_SOURCE: Phrase("丧失记录没有得到其他部门及时印证", "no other department confirms the loss in time"),
    Reason.LEAD_OTHER_NAME: Phrase(
        "号码相同但姓名不一致的丧失线索",
        "a loss record under the number has another spelling of the name or another name",
    ),
    Reason.LEAD_NEAR_ID: Phrase(
        "姓名相同、号码只差一处的丧失线索", "a loss record has the name and a number that is one slip away"
    ),
    Reason.LEAD_NO_ID: Phrase(
        "没有有效号码、姓名和出生日期相符的丧失线索",
        "a loss record without a usable number has the name and birth date",
    ),
    Reason.LIFE_OTHER_NAME: Phrase(
        "本人号码下有他人姓名的生存记录", "somebody with another name was seen under the number"
    ),
    Reason.SHARED_ID: Phrase("同一号码由姓名不同的人共用", "two people with different names hold the same number"),
    Reason.DOUBLE_ROSTER: Phrase("同一人有两个个人编号", "one person is on the roster under two person numbers"),
    Reason.OVER_110: Phrase("超高龄且没有决定性的生存记录", "beyond the age limit without a decisive sign of life"),
    Reason.LIFE_P1: Phrase("有决定性的生存记录", "a decisive sign of life"),
    Reason.LIFE_P2: Phrase("有较强的生存记录", "a strong sign of life"),
    Reason.LIFE_P3X3: Phrase("多条弱生存记录相互印证", "weak signs of life that confirm one another"),
    Reason.NONE: Phrase("所收数据中没有可用的记录", "no usable record in the data received"),
    Reason.ROSTER_ID_INVALID: Phrase("花名册上的号码没有通过校验", "the roster's own number fails its check"),
    Reason.SOURCE_UNKNOWN: Phrase(
        "必需的数据没有送到或明显偏少，没有记录不说明问题",
        "a required feed is missing or far too small, so absence says nothing",
    ),
    Reason.NO_RAISE: Phrase(
        "社区矫正期间照发待遇、不参加年度调整", "under community correction: paid, without the yearly raise"
    ),
    Reason.HINT: Phrase("有仅供参考的提示", "a hint, shown for information only"),
    Reason.CONFLICT_WITH_PASS: Phrase("丧失记录早于其后的认证通过", "the loss is dated before a later pass of ours"),
}
WHY_NOT: Mapping[WhyNot, Phrase] = {
    WhyNot.VARIANT_NAME: Phrase(
        "姓名写法不同（简繁、异体或缺字），只作线索",
        "the name is written otherwise (script or an unreadable glyph): a lead only",
    ),
    WhyNot.OTHER_NAME: Phrase("号码相同但姓名不是本人", "the number is right, the name is another"),
    WhyNot.NEAR_ID: Phrase("号码与本人只差一处，只作线索", "the number is one slip away: a lead only"),
    WhyNot.NO_ID: Phrase(
        "没有有效号码，只是姓名和出生日期相符，只作线索", "no usable number, only name and birth date fit: a lead only"
    ),
    WhyNot.BEFORE_BIRTH: Phrase("日期早于本人出生", "dated before the person was born"),
    WhyNot.AFTER_AS_OF: Phrase("日期晚于比对基准日", "dated after the day of the comparison"),
    WhyNot.TERM_ENDED: Phrase("刑期或羁押期已满", "the term has ended"),
    WhyNot.RELEASED: Phrase("之后已释放", "a later record says released"),
    WhyNot.REVOKED: Phrase("之后判决已被撤销", "a later judgment revoked it"),
    WhyNot.OUT_OF_WINDOW: Phrase("不在本次认证的时间范围内", "outside the months in which a sign of life counts"),
}
USES: Mapping[Use, Phrase] = {
    Use.DECIDING: Phrase("作为依据", "decides"),
    Use.WEAK_ALONE: Phrase("弱生存信号，单独不能认证", "a weak sign of life: alone it never certifies"),
    Use.SET_ASIDE: Phrase(
        "可用的生存记录，但另有问题须先查清", "a usable sign of life, but another question comes first"
    ),
    Use.REFUTED: Phrase("其后有本人的生存记录，线索已排除", "a later sign of life refutes this lead"),
    Use.OUTWEIGHED: Phrase("有效，但结论由其他记录作出", "in force, but other records settled the matter"),
    Use.CANCELS: Phrase("使较早的记录失效", "ends or undoes earlier records"),
    Use.HINT: Phrase("仅供参考，不影响名单", "shown for information only"),
    Use.PROVES_NOTHING: Phrase("此类记录不能证明健在与否", "a record of this kind proves nothing about life"),
}
GRADES: Mapping[Grade, Phrase] = {
    Grade.P1: Phrase("生存·决定性", "life, decisive"),
    Grade.P2: Phrase("生存·较强", "life, strong"),
    Grade.P3: Phrase("生存·弱", "life, weak"),
    Grade.L1: Phrase("丧失·决定性", "loss, decisive"),
    Grade.L2: Phrase("丧失·较强", "loss, strong"),
    Grade.L3: Phrase("提示", "hint"),
    Grade.NONE: Phrase("无证明力", "proves nothing"),
}
IDENTITIES: Mapping[Identity, Phrase] = {
    Identity.EXACT: Phrase("号码和姓名相同", "same number and name"),
    Identity.VARIANT_NAME: Phrase("号码相同、姓名写法不同", "same number, name written otherwise"),
    Identity.OTHER_NAME: Phrase("号码相同、姓名不同", "same number, another name"),
    Identity.NEAR_ID: Phrase("号码近似、姓名相同", "near number, same name"),
    Identity.NO_ID: Phrase("无有效号码、姓名和出生日期相符", "no usable number, same name and birth date"),
}
HEALTH: Mapping[Health, Phrase] = {
    Health.HEALTHY: Phrase("正常", "healthy"),
    Health.MISSING: Phrase("没有送到", "missing"),
    Health.LATE: Phrase("迟到", "late"),
    Health.SHRUNK: Phrase("明显偏少", "far too small"),
    Health.SWOLLEN: Phrase("明显偏多", "far too large"),
}
FIRST_BASES: Mapping[FirstBase, Phrase] = {
    FirstBase.APPLICATION_NEXT_MONTH: Phrase("从申请的次月起算", "counted from the month after the application"),
    FirstBase.APPLICATION_MONTH: Phrase("从申请当月起算", "counted from the month of the application"),
    FirstBase.APPROVAL_MONTH: Phrase("从核定当月起算", "counted from the month of approval"),
    FirstBase.BENEFIT_START: Phrase("从待遇开始的月份起算", "counted from the month in which the benefit began"),
    FirstBase.NONE: Phrase("没有起算月", "without a month to count from"),
}

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


def said_day(day: date) -> Phrase:
    """2026年5月12日 · 12 May 2026."""
    return Phrase(f"{day.year}年{day.month}月{day.day}日", f"{day.day} {_MONTHS[day.month - 1]} {day.year}")


def said_month(month: Month) -> Phrase:
    """2026年5月 · May 2026."""
    return Phrase(f"{month.year}年{month.month}月", f"{_MONTHS[month.month - 1]} {month.year}")


def joined(phrases: Iterable[Phrase], zh: str = "；", en: str = "; ") -> Phrase:
    """Phrases one after the other, each language with its own mark between them."""
    phrases = tuple(phrases)
    return Phrase(zh.join(phrase.zh for phrase in phrases), en.join(phrase.en for phrase in phrases))


def filled(zh: str, en: str, **facts: Phrase) -> Phrase:
    """Two templates with each fact in its language."""
    return Phrase(
        zh.format(**{name: fact.zh for name, fact in facts.items()}),
        en.format(**{name: fact.en for name, fact in facts.items()}),
    )


def plain(value: object) -> Phrase:
    """A number or code that reads the same in both languages."""
    return Phrase(str(value), str(value))
