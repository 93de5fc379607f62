"""Where gateways call in what became of messages (/notices/receipts): for programs that know the secret."""

from __future__ import annotations

import json
import time

from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from anling.access.pages import open_to_all
from anling.notices.configured import receipt_secret
from anling.notices.http_gateways import read_receipts
from anling.notices.receipts import take
from anling.notices.signing import SIGNATURE_HEADER, TIME_HEADER, is_signed

_MOST = 1000


@open_to_all
@csrf_exempt
@require_POST
def receipts(request: HttpRequest) -> JsonResponse:
    """Receipts, signed over time and body; answers with how many were news. 403 for a wrong signature, 400 for others'
    shapes; nothing is told of what exists."""
    signed = is_signed(
        receipt_secret(), request.headers.get(TIME_HEADER, ""), request.headers.get(SIGNATURE_HEADER, ""),
        request.body, now=time.time(),
    )  # fmt: skip
    if not signed:
        return JsonResponse({"code": "not_signed"}, status=403)
    try:
        found = read_receipts(json.loads(request.body))
    except ValueError:
        return JsonResponse({"code": "malformed"}, status=400)
    if len(found) > _MOST:
        return JsonResponse({"code": "too_many", "most": _MOST}, status=400)
    return JsonResponse({"news": take(receipts=found, at=timezone.now())})
