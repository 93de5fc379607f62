"""The `anling` command and its subcommands."""

from __future__ import annotations

import sys

import typer

import anling
from anling.cli import (
    audit,
    backup,
    check,
    clock,
    compare,
    comparison,
    explain,
    importing,
    notices,
    officers,
    payrun,
    policy,
    score,
    serve,
    sign_in,
    synth,
)
from anling.cli.edge import answer

_HELP = """Proves from data that agencies already hold that pension recipients are alive and entitled.

领取养老待遇资格认证：用已有数据比对，得出具备、丧失、待核实和暂无佐证名单。

Exit status: 0 done; 1 the program failed; 2 the input or the call is wrong; 3 done, but a batch was refused or too many
rows are in quarantine; 130 interrupted (Ctrl-C), 143 terminated.
"""

commands = typer.Typer(
    name="anling", help=_HELP, no_args_is_help=False, add_completion=False, rich_markup_mode=None,
    pretty_exceptions_enable=False, context_settings={"help_option_names": ["-h", "--help"]},
)  # fmt: skip
commands.command("compare", short_help="Roster and feeds in, lists out (信息比对).")(compare.compare)
commands.command("explain", short_help="One decision in words (个人结论说明).")(explain.explain)
commands.command("synth", short_help="A province with known truth (合成省份).")(synth.synth)
commands.command("score", short_help="A run against the known truth (评分).")(score.score)
commands.command("clock", short_help="The clock of one benefit, step by step (认证时钟).")(clock.clock)
commands.command("sign-in", short_help="An officer at the command line (登录).")(sign_in.sign_in)
commands.command("sign-out", short_help="End that (退出).")(sign_in.sign_out)
commands.command("check", short_help="Does this installation have what it needs (自检)?")(check.check)
commands.command("migrate", short_help="Tables, grants and row security (数据库升级).")(serve.migrate)
commands.command("serve", short_help="Pages and API (网页服务).")(serve.serve)
commands.command("worker", short_help="Background work (后台任务).")(serve.worker)
commands.add_typer(audit.commands, name="audit")
commands.command("backup", short_help="The whole state into one file (备份).")(backup.backup)
commands.command("restore", short_help="The state of a backup (恢复).")(backup.restore)
commands.command("places", short_help="Lists of units, agencies, outlets (单位、机构、网点).")(officers.places)
commands.add_typer(officers.commands, name="officers")
commands.add_typer(payrun.commands, name="payrun")
commands.add_typer(policy.commands, name="policy")
commands.add_typer(importing.import_commands, name="import")
commands.add_typer(comparison.commands, name="comparison")
commands.add_typer(notices.commands, name="notices")
commands.command("gateway", short_help="A gateway to try messages with (演示网关).")(notices.gateway)


def _show_version(asked: bool) -> None:
    if asked:
        typer.echo(f"anling {anling.__version__}")
        raise typer.Exit


@commands.callback()
def _options(
    version: bool = typer.Option(False, "--version", help="Show the version.", is_eager=True, callback=_show_version),
) -> None:
    del version


def app() -> int:
    """Run the command line of this process; returns its exit status."""
    command = typer.main.get_command(commands)
    return answer(lambda words: command.main(words, "anling", standalone_mode=False), sys.argv[1:])
