"""The command `cloud-window` and its parts."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from directory.principal import BY_LINK, Role
from foundation.errors import Refusal
from foundation.observing.logs import configure_logs
from foundation.private_files import UMASK, keep_private
from foundation.settings import Settings, load_settings


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; 0 when it did what was asked, 1 when the answer is no, 2 when it could not; `verify` also 3."""
    chosen = _parser().parse_args(arguments)
    os.umask(UMASK)
    try:
        return int(chosen.run(chosen))
    except Refusal as refusal:
        print(refusal.sentence("en"), file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("cloud-window", description="Remote video assistance for government counters.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add(commands, "serve", _serve, "run the service")
    node = _add(commands, "node", _node, "run media nodes: forward calls for a service that names them in MEDIA_NODES")
    node.add_argument("--processes", type=_count, default=1, metavar="N", help="a node for each, on N ports from each")
    _add(commands, "migrate", _migrate, "bring the database to this version's tables")
    _add(commands, "doctor", _doctor, "print the settings in use and check this machine")
    _add_camera(commands)
    _add_calendar(commands)
    _add_staff(commands)
    _add_audit(commands)
    verify = _add(commands, "verify", _verify, "check an evidence package against the authority's certificate")
    verify.add_argument("file", type=Path)
    verify.add_argument("--certificate", type=Path, help="the authority's certificate; without it nothing is proven")
    verify.add_argument("--time-certificate", type=Path, help="that of the time stamp authority")
    scan = _add(commands, "scan", _scan, "find the page in photographs and judge it; prints JSON")
    scan.add_argument("images", type=Path, nargs="+")
    protocol = _add(commands, "protocol", _protocol, "write the files generated from the wire contract")
    protocol.add_argument("--check", action="store_true", help="only say whether they are current")
    return parser


def _add_camera(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    camera = commands.add_parser(
        "camera",
        help="the cameras over the halls and in rooms",
        description="The cameras over the halls and in points' rooms.",
    )
    acts = camera.add_subparsers(required=True, metavar="ACT")
    adding = _add(acts, "add", _camera_add, "add a camera; its address, with name and password, is read from stdin")
    adding.add_argument("site", help="the site's identifier, as in town-01")
    adding.add_argument("name_zh", help="what points read, in Chinese")
    adding.add_argument("name_en", help="the same in English")
    adding.add_argument("--udp", action="store_true", help="RTP over UDP instead of TCP")
    _add(acts, "list", _camera_list, "list the cameras")
    removing = _add(acts, "remove", _camera_remove, "remove a camera")
    removing.add_argument("camera", help="its identifier, from the list")


def _add_calendar(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    about = "the holidays and worked weekend days by which working days are counted"
    acts = commands.add_parser("calendar", help=about, description=about).add_subparsers(required=True, metavar="ACT")
    setting = _add(acts, "set", _calendar_set, "keep a year's days in place of any other table of it")
    setting.add_argument("year", type=int)
    days = {"action": "append", "type": _span, "default": [], "metavar": "DAY[..DAY]"}
    setting.add_argument("--holiday", help="as in 2026-10-01..2026-10-07; repeatable", **days)  # type: ignore[arg-type]
    setting.add_argument("--worked", help="a weekend day that is worked; repeatable", **days)  # type: ignore[arg-type]
    _add(acts, "list", _calendar_list, "list the years that are known")


def _add_staff(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    staff = commands.add_parser("staff", help="the people who sign in", description="The people who sign in.")
    acts = staff.add_subparsers(required=True, metavar="ACT")
    adding = _add(acts, "add", _staff_add, "add a person, who cannot sign in before `staff invite`")
    adding.add_argument("account", help="what the person types to sign in")
    adding.add_argument("name", help="as others read it")
    adding.add_argument("--site", required=True, help="the site's identifier, as in town-01")
    adding.add_argument(
        "--role", required=True, action="append", type=Role, choices=sorted(set(Role) - BY_LINK), help="repeatable"
    )
    adding.add_argument(
        "--department",
        action="append",
        type=_skill,
        default=[],
        metavar="ID=LEVEL",
        help="what a clerk handles, and how well, from 1 to 5; repeatable",
    )
    for name, run, help_text in (
        ("invite", _staff_invite, "print a one-time password for a person who has none of their own"),
        ("reset-password", _staff_reset_password, "print a one-time password in place of one that was forgotten"),
        ("disable", _staff_disable, "let a person in no more, and end their sessions at once"),
        ("enable", _staff_enable, "let a person in again"),
    ):
        _add(acts, name, run, help_text).add_argument("account")
    _add(acts, "list", _staff_list, "list the people")


def _add_audit(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    audit = commands.add_parser("audit", help="the audit log and its head", description="The audit log and its head.")
    acts = audit.add_subparsers(required=True, metavar="ACT")
    _add(acts, "head", _audit_head, "print the head, to be kept on another machine")
    verifying = _add(acts, "verify", _audit_verify, "check every entry, and say which one is the first that is wrong")
    verifying.add_argument("--head", action="append", default=[], metavar="NUMBER:MAC", help="kept before; repeatable")


def _add(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    name: str,
    run: object,
    help_text: str,
) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=help_text, description=help_text)
    parser.set_defaults(run=run)
    return parser


def _service_settings() -> Settings:
    """The settings of a command that works on the service's data, which is made private first."""
    settings = load_settings(os.environ)
    keep_private(settings.data_dir)
    return settings


# Each command imports what it needs when it runs: `verify` must not wait for the media server's libraries.


def _serve(_chosen: argparse.Namespace) -> int:
    from signalling.cli.serve import serve

    settings = _service_settings()
    configure_logs(settings.log_level)
    return serve(settings)


def _count(text: str) -> int:
    number = int(text)
    if not 1 <= number <= 64:
        raise argparse.ArgumentTypeError("from 1 to 64")
    return number


def _node(chosen: argparse.Namespace) -> int:
    from signalling.cli.node import run_node

    settings = _service_settings()
    configure_logs(settings.log_level)
    return run_node(settings, chosen.processes)


def _migrate(_chosen: argparse.Namespace) -> int:
    from signalling.cli.serve import migrate_only

    print(migrate_only(_service_settings()))
    return 0


def _doctor(_chosen: argparse.Namespace) -> int:
    from signalling.cli.doctor import doctor

    return doctor(load_settings(os.environ))


def _camera_add(chosen: argparse.Namespace) -> int:
    from signalling.cli.camera import add

    names = (chosen.name_zh, chosen.name_en)
    return add(_service_settings(), chosen.site, names, "udp" if chosen.udp else "tcp")


def _camera_list(_chosen: argparse.Namespace) -> int:
    from signalling.cli.camera import list_all

    return list_all(_service_settings())


def _camera_remove(chosen: argparse.Namespace) -> int:
    from signalling.cli.camera import remove

    return remove(_service_settings(), chosen.camera)


def _span(text: str) -> tuple[date, date]:
    first, _, last = text.partition("..")
    span = date.fromisoformat(first), date.fromisoformat(last or first)
    if span[1] < span[0]:
        raise argparse.ArgumentTypeError(f"the first day comes before the last, as in {last}..{first}")
    return span


def _calendar_set(chosen: argparse.Namespace) -> int:
    from signalling.cli.calendar import keep

    return keep(_service_settings(), chosen.year, chosen.holiday, chosen.worked)


def _calendar_list(_chosen: argparse.Namespace) -> int:
    from signalling.cli.calendar import list_all

    return list_all(_service_settings())


def _skill(text: str) -> tuple[str, int]:
    department, _, level = text.partition("=")
    if level not in set("12345"):
        raise argparse.ArgumentTypeError("a department and a level from 1 to 5, as in civil=3")
    return department, int(level)


def _staff_add(chosen: argparse.Namespace) -> int:
    from directory.staffing import NewPerson
    from signalling.cli.staff import add

    person = NewPerson(chosen.account, chosen.name, tuple(chosen.role), chosen.site, dict(chosen.department))
    return add(_service_settings(), person)


def _staff_invite(chosen: argparse.Namespace) -> int:
    from signalling.cli.staff import invite

    return invite(_service_settings(), chosen.account)


def _staff_reset_password(chosen: argparse.Namespace) -> int:
    from signalling.cli.staff import reset_password

    return reset_password(_service_settings(), chosen.account)


def _staff_disable(chosen: argparse.Namespace) -> int:
    from signalling.cli.staff import disable

    return disable(_service_settings(), chosen.account)


def _staff_enable(chosen: argparse.Namespace) -> int:
    from signalling.cli.staff import enable

    return enable(_service_settings(), chosen.account)


def _staff_list(_chosen: argparse.Namespace) -> int:
    from signalling.cli.staff import list_all

    return list_all(_service_settings())


def _audit_head(_chosen: argparse.Namespace) -> int:
    from signalling.cli.audit import print_head

    return print_head(load_settings(os.environ))


def _audit_verify(chosen: argparse.Namespace) -> int:
    from signalling.cli.audit import verify_log

    return verify_log(load_settings(os.environ), chosen.head)


def _verify(chosen: argparse.Namespace) -> int:
    from signalling.cli.verify import verify

    return verify(chosen.file, chosen.certificate, chosen.time_certificate)


def _scan(chosen: argparse.Namespace) -> int:
    from signalling.cli.scan import scan

    return scan(chosen.images)


def _protocol(chosen: argparse.Namespace) -> int:
    from signalling.cli.generate import generate

    return generate(check=chosen.check)


if __name__ == "__main__":
    sys.exit(main())
