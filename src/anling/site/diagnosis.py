"""The look at oneself: what an installation needs, item by item, with what to do where something is missing."""

from __future__ import annotations

import os
import platform
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import django

from anling.site import database
from anling.site.environment import Environment, read_environment, unknown
from anling.site.errors import SiteError
from anling.site.messaging import Messaging
from anling.site.roles import Role, look, owning, too_old

_LEAST_FREE = 2 * 1024**3
"""Bytes: a province of a million people in the database and one run beside it."""


class State(StrEnum):
    """How an item stands; a note is worth reading and hinders nothing."""

    OK = "ok"
    NOTE = "note"
    WRONG = "wrong"


@dataclass(frozen=True)
class Item:
    """One thing looked at, in both languages: what was found, or what to do."""

    name: str
    state: State
    zh: str
    en: str


def diagnose(variables: Mapping[str, str]) -> Iterator[Item]:
    """Look at this installation as the environment describes it; starts the embedded server where it is the database.

    Items come as they are found. What rests on an item that is wrong is not looked at.
    """
    yield from _diagnose(variables, _bring_up)


def diagnose_running(variables: Mapping[str, str]) -> Iterator[Item]:
    """As `diagnose`, from a process that serves already: its database runs, and nothing is started."""
    yield from _diagnose(variables, lambda environment: None)


def _diagnose(variables: Mapping[str, str], begin: Callable[[Environment], None]) -> Iterator[Item]:
    yield _python()
    try:
        environment = read_environment(variables)
    except SiteError as error:
        yield _wrong("settings", "设置有误", str(error))
        return
    yield _settings(variables)
    yield _messages(environment.messaging)
    if environment.https and not environment.proxies:
        yield Item(
            "proxies", State.NOTE, "未设 ANLING_PROXIES，代理后的所有人按同一地址计数",
            "ANLING_PROXIES is not set: behind the proxy everybody counts as one address.",
        )  # fmt: skip
    yield from _folder(environment.home)
    yield from _database(environment, begin)


def _bring_up(environment: Environment) -> None:
    database.bring_up(environment)
    django.setup()


def _python() -> Item:
    return Item("python", State.OK, platform.python_version(), platform.python_version())


def _settings(variables: Mapping[str, str]) -> Item:
    if strangers := unknown(variables):
        names = ", ".join(strangers)
        return _wrong(
            "settings", f"未知变量 {names}，请更正或删除", f"{names}: nobody reads this; correct or remove it."
        )
    where = (
        ("DATABASE_URL 指定的数据库", "database of DATABASE_URL")
        if variables.get("DATABASE_URL")
        else ("内置数据库", "embedded database")
    )
    return Item("settings", State.OK, *where)


def _messages(said: Messaging) -> Item:
    """Which channels this installation can use; a letter needs nothing but a printer."""
    named = [name for name, url in (("SMS", said.sms_url), ("WeChat", said.wechat_url)) if url]
    if not named:
        return Item(
            "messages", State.NOTE, "未设 ANLING_SMS_URL，短信不会发出，只能寄信",
            "ANLING_SMS_URL is not set: text messages wait, letters can be printed.",
        )  # fmt: skip
    channels = ", ".join(named)
    if not said.receipt_secret:
        return Item(
            "messages", State.NOTE, f"{channels}；未设 ANLING_RECEIPT_SECRET，回执只靠查询",
            f"{channels}; ANLING_RECEIPT_SECRET is not set: receipts are asked for, none can be called in.",
        )  # fmt: skip
    return Item("messages", State.OK, channels, channels)


def _folder(home: Path) -> Iterator[Item]:
    try:
        home.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(home).free
    except OSError as error:
        yield _wrong(
            "data_directory", f"无法建立 {home}", f"{home}: {error.strerror}; set ANLING_HOME to another folder."
        )
        return
    if not os.access(home, os.W_OK | os.X_OK):
        yield _wrong("data_directory", f"{home} 不可写", f"{home}: not writable; change its owner or ANLING_HOME.")
        return
    yield Item("data_directory", State.OK, f"{home} 可写", f"{home} is writable")
    size = f"{free / 1024**3:.1f} GB"
    if free < _LEAST_FREE:
        yield _wrong("disk", f"仅余 {size}，请腾出空间", f"only {size} free; free some space.")
    else:
        yield Item("disk", State.OK, f"剩余 {size}", f"{size} free")


def _database(environment: Environment, begin: Callable[[Environment], None]) -> Iterator[Item]:
    try:
        begin(environment)
        found = {alias: look(alias) for alias in database.locate(environment)}
    except SiteError as error:
        yield _wrong("database", "数据库不可用", str(error))
        return
    serving = found["default"]
    yield Item("database", State.OK, "可连接", "reachable")
    yield from (judge(serving) for judge in (version, _encoding))
    yield _roles(serving, found["owner"])
    if serving.migrated:
        yield _trail()


def version(role: Role) -> Item:
    """Whether the server is one whose SQL we use."""
    if role.major < database.OLDEST:
        return _wrong(
            "version", f"PostgreSQL {role.major} 版本过低，需 {database.OLDEST} 或更高",
            too_old(f"PostgreSQL {role.major}"),
        )  # fmt: skip
    return Item("version", State.OK, f"PostgreSQL {role.version}", f"PostgreSQL {role.version}")


def _encoding(role: Role) -> Item:
    if role.encoding != "UTF8":
        return _wrong(
            "encoding", f"数据库编码为 {role.encoding}，需 UTF8",
            f"the database is in {role.encoding}: make it anew with ENCODING 'UTF8' TEMPLATE template0.",
        )  # fmt: skip
    return Item("encoding", State.OK, role.encoding, role.encoding)


def _roles(serving: Role, owner: Role) -> Item:
    if serving.all_powerful:
        return _wrong(
            "roles", f"{serving.name} 权限过大，行级权限对其无效",
            f"{serving.name} is a superuser or bypasses row security, so regions would not hold: use a plain role.",
        )  # fmt: skip
    if serving.owns or (serving.name == owner.name and serving.may_create):
        return _wrong(
            "roles", f"{serving.name} 是表的所有者，行级权限对其无效：请将其写入 DATABASE_OWNER_URL，"
            "在 DATABASE_URL 中另设普通角色，再运行 anling migrate", owning(serving.name),
        )  # fmt: skip
    if serving.name == owner.name:
        return Item(
            "roles", State.NOTE, f"{serving.name} 运行；此处未设 DATABASE_OWNER_URL，不能建表",
            f"{serving.name} serves; DATABASE_OWNER_URL is not set, so nothing can be migrated from here.",
        )  # fmt: skip
    if serving.may_create:
        return _wrong(
            "roles", f"{serving.name} 不应有建表权限",
            f"{serving.name} may create tables: REVOKE CREATE ON SCHEMA public FROM PUBLIC, and from {serving.name}.",
        )  # fmt: skip
    if not owner.may_create:
        return _wrong(
            "roles", f"{owner.name} 无建表权限", f"{owner.name} may not create tables: make it the database's owner."
        )
    return Item(
        "roles", State.OK, f"{owner.name} 建表，{serving.name} 运行", f"{owner.name} migrates, {serving.name} serves"
    )


def _trail() -> Item:
    """Whether the chain of the trail ends where the head file says."""
    from anling.audit.sealing import broken  # noqa: PLC0415  # needs the apps

    if found := broken():
        return _wrong(
            "trail", "审计链与链头文件不符，已停止封存；请审计管理员运行 anling audit verify",
            f"{found} Nothing is sealed until the audit administrator has run anling audit verify, found the cause and "
            "resumed with anling audit resume.",
        )  # fmt: skip
    return Item("trail", State.OK, "审计链与链头文件相符", "the chain ends as the head file says")


def _wrong(name: str, zh: str, en: str) -> Item:
    return Item(name, State.WRONG, zh, en)
