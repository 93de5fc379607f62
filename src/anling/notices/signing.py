"""Signatures of receipts: whoever knows the secret made them, a short while ago. Knows nothing of Django."""

from __future__ import annotations

import hmac

TIME_HEADER = "X-Anling-Time"
SIGNATURE_HEADER = "X-Anling-Signature"
SLACK = 300
"""Seconds by which the clocks of both sides may differ; an older call is a repeated one and is refused."""


def sign(secret: str, time: str, body: bytes) -> str:
    """HMAC-SHA256, in hexadecimal, over the time in seconds since 1970, a dot, and the body."""
    return hmac.digest(secret.encode(), time.encode() + b"." + body, "sha256").hex()


def is_signed(secret: str, time: str, signature: str, body: bytes, *, now: float) -> bool:
    """Whether a call bears the signature of its body and comes at its time; never where there is no secret."""
    if not (secret and time.isascii() and time.isdigit() and len(time) <= 12 and abs(now - int(time)) <= SLACK):
        return False
    return hmac.compare_digest(sign(secret, time, body).encode(), signature.encode("utf-8", "replace"))
