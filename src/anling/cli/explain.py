"""`anling explain`: one person's decision in words, with its evidence."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

from anling.cli.edge import Status
from anling.cli.options import AsJson, In, Language, PolicyFolder, RunFolder

if TYPE_CHECKING:
    from anling.comparison.explain import Explanation


PersonNo = Annotated[str, typer.Argument(metavar="PERSON_NO", help="The agency's own number of the person (AAC001).")]
Unmask = Annotated[bool, typer.Option("--unmask", help="Show names and identity numbers in full.")]


def explain(
    person_no: PersonNo,
    run: RunFolder,
    policy: PolicyFolder = None,
    language: In = Language.BOTH,
    unmask: Unmask = False,
    as_json: AsJson = False,
) -> int:
    """Explain one person's decision (个人结论说明): list, reasons, records, what was set aside and why, the clock.

    The decision is made once more from the ingested records by the plain rules; should it differ from the stored one,
    that is said and the exit status is 1.
    """
    from anling.comparison import explain as explaining
    from anling.policy import load

    explanation = explaining.explain(explaining.open_run(run, load(policy)), person_no)
    if as_json:
        typer.echo(json.dumps(explaining.as_json(explanation, unmask=unmask), ensure_ascii=False, indent=2))
    else:
        _print(explanation, language, unmask)
    return Status.DONE if explanation.agrees else Status.FAILED


def _print(explanation: Explanation, language: Language, unmask: bool) -> None:
    from anling.comparison.explain import tell

    lines = tell(explanation, unmask=unmask)
    if language is not Language.EN:
        typer.echo("\n".join(line.zh for line in lines))
    if language is Language.BOTH:
        typer.echo("\n" + "─" * 40 + "\n")
    if language is not Language.ZH:
        typer.echo("\n".join(line.en for line in lines))
