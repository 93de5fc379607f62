"""One sentence in Chinese and in English for each decision, with its dates and departments, to be read aloud (N-B1).

The sentence is made of the list, the reasons and the deciding records alone; it holds no name and no number.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from anling.comparison.phrases import Phrase, filled, joined, plain, said_day, said_month
from anling.policy.catalogue import Catalogue
from anling.rules.decision import Decision
from anling.rules.evidence import Grade, Identity, ListName, Reason, Record, Sign

_SHOWN = 3
"""Records that a sentence names; further ones are counted."""
_FLAGS = (Reason.DOUBLE_ROSTER, Reason.NO_RAISE, Reason.HINT, Reason.CONFLICT_WITH_PASS)
_SIGNS = {
    Reason.DEATH: Phrase("死亡", "death"),
    Reason.CUSTODY: Phrase("服刑或羁押", "prison or detention"),
    Reason.MISSING: Phrase("失踪", "being missing"),
    Reason.DOUBLE_BENEFIT: Phrase("重复领取基本养老金", "another basic pension"),
}
_LEADS = {
    Identity.VARIANT_NAME: Phrase("姓名写法与本人不同", "the name is written otherwise"),
    Identity.OTHER_NAME: Phrase("号码是本人的，姓名却不是", "the number is the person's, the name is not"),
    Identity.NEAR_ID: Phrase("姓名相同，号码与本人只差一处", "the name fits and the number is one slip away"),
    Identity.NO_ID: Phrase(
        "没有有效号码，姓名和出生日期与本人相符", "there is no usable number, but name and birth date fit"
    ),
}


def decision_sentence(decision: Decision, catalogue: Catalogue) -> Phrase:
    """What is said to the person about one benefit: the list, why, on which records, and what is noted besides."""
    said = _SAYERS[decision.list](decision, catalogue)
    notes = [_NOTES[flag] for flag in _FLAGS if flag in decision.reasons]
    whole = joined([said, *notes])
    return Phrase(f"{whole.zh}。", f"{whole.en}.")


def record_phrase(record: Record, catalogue: Catalogue) -> Phrase:
    """A record by its day, its department's feed and its meaning, in the labels of the policy."""
    feed = catalogue.feeds[record.feed]
    meaning = feed.codes[record.code]
    named = "{day}“{feed}”的“{code}”记录" if feed.label_zh != meaning.label_zh else "{day}“{feed}”记录"
    return filled(
        named,
        "“{code}” of {day} ({feed})",
        day=said_day(record.day),
        feed=Phrase(feed.label_zh, feed.label_en),
        code=Phrase(meaning.label_zh, meaning.label_en),
    )


def _eligible(decision: Decision, catalogue: Catalogue) -> Phrase:
    assert decision.pass_month is not None
    newest = _newest_first(decision.deciding)
    strong = [record for record in newest if record.grade is not Grade.P3]
    proof = Phrase("证明本人健在", "shows that the person is alive")
    together = Phrase("合在一起证明本人健在", "together show that the person is alive")
    return filled(
        "具备领取资格：{records}{proof}，认证记在{month}，无须本人再办理",
        "Eligible: {records} {proof}; the pass counts for {month} and nothing needs to be done",
        records=_listed(strong[:1] or newest, catalogue),
        proof=proof if strong else together,
        month=said_month(decision.pass_month),
    )


def _lost(decision: Decision, catalogue: Catalogue) -> Phrase:
    return filled(
        "拟列入丧失资格名单：{records}表明{signs}，须经专人核实、另一人复核后才会停发",
        "Proposed as lost because of {signs}, on the record of {records}; pay stops only after one officer has "
        "confirmed it and a second has approved",
        records=_listed(_newest_first(decision.deciding), catalogue),
        signs=_signs(decision),
    )


def _to_verify(decision: Decision, catalogue: Catalogue) -> Phrase:
    asked = (
        _contradiction(decision, catalogue) if Reason.CONFLICT in decision.reasons else _questions(decision, catalogue)
    )
    return filled(
        "待核实：{asked}，核实清楚之前待遇不变",
        "To be verified: {asked}; until that is settled nothing changes",
        asked=asked,
    )


def _contradiction(decision: Decision, catalogue: Catalogue) -> Phrase:
    newest = _newest_first(decision.deciding)
    return filled(
        "{loss}表明{signs}，但之后的{life}又表明本人健在",
        "{signs} is on record in {loss}, but the later {life} shows that the person is alive",
        signs=_signs(decision),
        loss=_listed([record for record in newest if record.sign is not Sign.LIFE], catalogue),
        life=_listed([record for record in newest if record.sign is Sign.LIFE][:1], catalogue),
    )


def _questions(decision: Decision, catalogue: Catalogue) -> Phrase:
    newest = _newest_first(decision.deciding)
    single = [record for record in newest if record.sign is not Sign.LIFE and record.identity is Identity.EXACT]
    leads = [record for record in newest if record.sign is not Sign.LIFE and record.identity is not Identity.EXACT]
    strangers = [record for record in newest if record.sign is Sign.LIFE]
    return joined(
        [
            *_single_source(single, catalogue),
            *_leads(leads, catalogue),
            *_strangers(strangers, catalogue),
            *(_STANDING[reason] for reason in decision.reasons if reason in _STANDING),
        ],
        zh="，并且",
        en="; also, ",
    )


def _single_source(losses: Sequence[Record], catalogue: Catalogue) -> Iterable[Phrase]:
    if losses:
        yield filled(
            "{records}还没有得到其他部门及时印证",
            "no other department confirms in time what is on record in {records}",
            records=_listed(losses, catalogue),
        )


def _leads(leads: Sequence[Record], catalogue: Catalogue) -> Iterable[Phrase]:
    for identity, how in _LEADS.items():
        tied = [record for record in leads if record.identity is identity]
        if tied:
            yield filled(
                "{records}可能与本人有关（{how}）",
                "{records} may be about the person ({how})",
                records=_listed(tied, catalogue),
                how=how,
            )


def _strangers(signs: Sequence[Record], catalogue: Catalogue) -> Iterable[Phrase]:
    if signs:
        yield filled(
            "{records}用的是本人号码，姓名却是别人",
            "under the person's number, but with somebody else's name, there is {records}",
            records=_listed(signs, catalogue),
        )


def _no_evidence(decision: Decision, catalogue: Catalogue) -> Phrase:
    del catalogue
    if Reason.ROSTER_ID_INVALID in decision.reasons:
        said = Phrase(
            "暂无佐证：花名册上的证件号码没有通过校验，无法与各部门数据比对，请先更正号码",
            "No evidence: the number on the roster fails its check, so no department's record can be tied to it; "
            "please correct the number first",
        )
    else:
        said = Phrase(
            "暂无佐证：收到的数据里没有能证明本人近期健在的记录，也没有仍然有效的丧失资格记录，不会因此停发，请用其他方式认证",
            "No evidence: the data received neither shows the person alive of late nor tells of a loss in force; this "
            "alone stops nothing, please certify in another way",
        )
    return joined([said, _BLIND]) if Reason.SOURCE_UNKNOWN in decision.reasons else said


def _signs(decision: Decision) -> Phrase:
    return joined((_SIGNS[reason] for reason in decision.reasons if reason in _SIGNS), "、", " and ")


def _newest_first(records: Iterable[Record]) -> list[Record]:
    return sorted(records, key=lambda record: (record.day, record.feed, record.batch, record.row_id), reverse=True)


def _listed(records: Sequence[Record], catalogue: Catalogue) -> Phrase:
    named = joined((record_phrase(record, catalogue) for record in records[:_SHOWN]), "、", ", ")
    more = len(records) - _SHOWN
    if more <= 0:
        return named
    return filled(
        "{named}等{count}条记录", "{named} and {more} more", named=named, count=plain(len(records)), more=plain(more)
    )


_SAYERS = {
    ListName.ELIGIBLE: _eligible,
    ListName.LOST: _lost,
    ListName.TO_VERIFY: _to_verify,
    ListName.NO_EVIDENCE: _no_evidence,
}
_BLIND = Phrase(
    "而且有必需的数据没有送到或明显偏少，查不到记录不说明任何问题",
    "besides, a required feed is missing or far too small, so that finding nothing says nothing",
)
_STANDING = {
    Reason.SHARED_ID: Phrase(
        "花名册上另有姓名不同的人使用同一号码", "somebody with another name holds the same number on the roster"
    ),
    Reason.OVER_110: Phrase(
        "本人已超高龄，却没有决定性的生存记录", "the person is beyond the age limit without a decisive sign of life"
    ),
}
_NOTES = {
    Reason.DOUBLE_ROSTER: Phrase(
        "另外，本人在花名册上有两个个人编号，请清理",
        "besides, the person has two person numbers on the roster: please clean up",
    ),
    Reason.NO_RAISE: Phrase(
        "另外，社区矫正期间待遇照发，但不参加年度调整",
        "besides, under community correction the pension goes on without the yearly raise",
    ),
    Reason.HINT: Phrase(
        "另外，有出国定居或出境满一年未入境的提示，仅供参考",
        "besides, there is a hint of living abroad, for information only",
    ),
    Reason.CONFLICT_WITH_PASS: Phrase(
        "另外，丧失记录早于我们其后的一次认证通过，请留意",
        "besides, the loss is dated before a later pass of ours: please look closely",
    ),
}
