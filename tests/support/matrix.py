"""Who may call which address: said here by hand, so that a page that opens to more people than meant is noticed.

Every URL name has a row in EXPECTED. One that takes the key of something that lies in a region has a maker in OBJECTS
too; one whose objects lie in no region is in WITHOUT_REGION.
"""

from anling.access.pages import ANYBODY, SIGNED_IN
from anling.access.roles import Role
from tests.support import holdings, notices_held

CLERK, REVIEWER, SUPERVISOR = Role.CLERK, Role.REVIEWER, Role.SUPERVISOR
SECURITY, AUDIT, SYSTEM = Role.SECURITY_ADMINISTRATOR, Role.AUDIT_ADMINISTRATOR, Role.SYSTEM_ADMINISTRATOR
LOOKING = {CLERK, REVIEWER, SUPERVISOR}
Who = str | set[Role]

EXPECTED: dict[str, Who] = {
    "start": ANYBODY,
    "language": ANYBODY,
    "no_reset_by_mail": ANYBODY,  # answers 404
    "healthz": ANYBODY,
    "metrics": ANYBODY,
    "office:home": SIGNED_IN,
    "office:permit": SIGNED_IN,
    "office:help": SIGNED_IN,
    "office:system": {SYSTEM},
    "office:job-again": {SYSTEM},
    "office:people": LOOKING,
    "office:person-export": {CLERK, REVIEWER},
    "office:person": LOOKING,
    "office:imports": {CLERK},
    "office:import": {CLERK},
    "office:import-progress": {CLERK},
    "office:import-apply": {CLERK},
    "office:import-discard": {CLERK},
    "office:import-download": {CLERK},
    "office:cleanup": {CLERK},
    "office:cleanup-finding": {CLERK},
    "office:cleanup-merge": {CLERK},
    "office:cleanup-settled": {CLERK},
    "office:cleanup-undo": {CLERK},
    "office:person-correct": {CLERK},
    "office:benefit-correct": {CLERK},
    "office:places": LOOKING,
    "office:units": LOOKING,
    "office:unit-add": {CLERK},
    "office:unit": {CLERK},
    "office:outlets": LOOKING,
    "office:outlets-export": LOOKING,
    "office:outlet-add": {CLERK},
    "office:outlet": {CLERK},
    "office:lists": LOOKING,
    "office:list_people": LOOKING,
    "office:list_export": {CLERK, REVIEWER},
    "office:runs": LOOKING,
    "office:run_start": {CLERK},
    "office:run_compare": LOOKING,
    "office:run_moved": LOOKING,
    "office:run": LOOKING,
    "office:run_progress": LOOKING,
    "office:run_cancel": {CLERK},
    "office:run_replay": {CLERK},
    "office:run_report": LOOKING,
    "office:feeds": LOOKING,
    "office:feed": LOOKING,
    "office:feed_upload": {CLERK},
    "office:batch": LOOKING,
    "office:batch_progress": LOOKING,
    "office:batch_quarantine": {CLERK},
    "office:trail": {AUDIT},
    "office:trail_entry": {AUDIT},
    "office:trail_state": {AUDIT},
    "office:trail_verify": {AUDIT},
    "office:trail_export": {AUDIT},
    "office:officers": {SECURITY},
    "office:officer_add": {SECURITY},
    "office:officer": {SECURITY},
    "office:clients": {SECURITY},
    "office:client_add": {SECURITY},
    "office:client": {SECURITY},
    "notice-receipts": ANYBODY,  # a gateway, by its signature
    "office:notices": LOOKING,
    "office:notice-words": LOOKING,
    "office:notice": LOOKING,
    "office:notice-act": {CLERK},
    "office:letters": {CLERK},
    "office:letter-batch": {CLERK},
    "office:letter-download": {CLERK},
    "office:reveal_form": LOOKING,
    "office:reveal": LOOKING,
}

LIBRARIES = ("account_", "mfa_", "usersessions_", "oauth2_provider:", "api:")
"""Beginnings of names whose views are a library's, or the API's, which asks for a token; they have their own tests."""

WITHOUT_REGION = {
    "office:help", "office:job-again", "office:feed", "office:batch",
    "office:batch_progress", "office:trail_entry", "office:officer", "office:client",
    "office:reveal_form",  # shows no object, only the question why
}  # fmt: skip

OBJECTS: dict[str, holdings.Maker] = {
    "office:notice": notices_held.a_notice,
    "office:notice-act": notices_held.a_notice_to_cancel,
    "office:letter-batch": notices_held.a_batch,
    "office:letter-download": notices_held.a_batch,
    "office:reveal": holdings.a_number,
    "office:person": holdings.a_person,
    "office:import": holdings.an_import,
    "office:import-progress": holdings.an_import,
    "office:import-apply": holdings.an_import_to_decide,
    "office:import-discard": holdings.an_import_to_decide,
    "office:import-download": holdings.an_import_with_lists,
    "office:cleanup-finding": holdings.a_finding,
    "office:cleanup-merge": holdings.two_people_to_merge,
    "office:cleanup-undo": holdings.a_merge,
    "office:person-correct": holdings.a_person,
    "office:benefit-correct": holdings.a_benefit,
    "office:batch_quarantine": holdings.a_quarantine,
    "office:run": holdings.a_run,
    "office:run_progress": holdings.a_run,
    "office:run_cancel": holdings.a_run_to_cancel,
    "office:run_replay": holdings.a_run_to_replay,
    "office:run_report": holdings.a_finished_run,
}
