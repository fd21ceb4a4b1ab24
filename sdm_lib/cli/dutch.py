"""click speaks English; our users do not have to: help headings and usage errors in Dutch."""

from __future__ import annotations

from typing import Any

import click

from sdm_lib.errors import bedoelde_u


class _Help(click.Command):
    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        delen = [
            deel.replace("COMMAND [ARGS]...", "OPDRACHT ...").replace("[OPTIONS]", "[OPTIES]")
            for deel in self.collect_usage_pieces(ctx)
        ]
        formatter.write_usage(ctx.command_path, " ".join(delen), prefix="Gebruik: ")

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = "Toon deze uitleg."
        return option

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        rijen = [
            rij
            for param in self.get_params(ctx)
            if isinstance(param, click.Option) and (rij := param.get_help_record(ctx))
        ]
        if rijen:
            with formatter.section("Opties"):
                formatter.write_dl([(optie, uitleg.replace("[required]", "[verplicht]")) for optie, uitleg in rijen])


class Command(_Help):
    """A command with Dutch help."""


class Group(_Help, click.Group):
    """A group with Dutch help; an unknown command gets the nearest name."""

    command_class = Command
    group_class = type  # a group within a group speaks Dutch as well

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        super().format_options(ctx, formatter)
        rijen = [(naam, self.commands[naam].get_short_help_str(100)) for naam in self.list_commands(ctx)]
        with formatter.section("Opdrachten"):
            formatter.write_dl(rijen)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)  # in the order in which they are written down, which is the order of a working day

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        if args and not args[0].startswith("-") and self.get_command(ctx, args[0]) is None:
            raise click.UsageError(f"onbekende opdracht '{args[0]}'. {bedoelde_u(args[0], self.commands)}", ctx)
        return super().resolve_command(ctx, args)


def usage_message(fout: click.ClickException) -> str:
    """A usage error of click as a Dutch sentence, with the way to the help."""
    opdracht = fout.ctx.command_path if isinstance(fout, click.UsageError) and fout.ctx else "sdm"
    return f"SDM-210 fout: {_what(fout)} Zie '{opdracht} --help'."


def _what(fout: click.ClickException) -> str:
    if isinstance(fout, click.NoSuchOption):
        bekend = (
            [optie for param in fout.ctx.command.params if isinstance(param, click.Option) for optie in param.opts]
            if fout.ctx
            else []
        )
        return f"onbekende optie '{fout.option_name}'. {bedoelde_u(fout.option_name, bekend)}"
    if isinstance(fout, click.MissingParameter):
        optie = fout.param.opts[0] if isinstance(fout.param, click.Option) else ""
        naam = optie or (fout.param.human_readable_name.upper() if fout.param else "een waarde")
        return f"{naam} ontbreekt."
    if isinstance(fout, click.BadParameter):
        naam = fout.param.human_readable_name if fout.param else "waarde"
        if fout.param and isinstance(fout.param.type, click.Choice):
            return f"{naam} past niet. Kies uit: {', '.join(map(str, fout.param.type.choices))}."
        return f"{naam} past niet: {fout.format_message()}"
    tekst = fout.format_message()
    if "unexpected extra argument" in tekst:
        return "er staat een woord te veel."
    if "requires an argument" in tekst:
        return f"achter {getattr(fout, 'option_name', 'deze optie')} hoort een waarde."
    return tekst if tekst.endswith((".", "?")) else f"{tekst}."
