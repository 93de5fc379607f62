"""The code that an authenticator shows."""

import time

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time

PERIOD, ENOUGH = 30, 15
"""Seconds that a code is good for, and those that typing it may take here."""


def code(secret: str) -> str:
    """The code of now; where it is about to end, the next one, waited for."""
    left = PERIOD - time.time() % PERIOD
    if left < ENOUGH:
        time.sleep(left + 0.1)
    return str(format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time()))))
