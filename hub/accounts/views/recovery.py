"""Recovery codes as a file to keep."""

from __future__ import annotations

from typing import Any

from allauth.mfa.recovery_codes.views import DownloadRecoveryCodesView
from django.http import HttpResponse

FILE_NAME = "wiederherstellungscodes.txt"


class RecoveryCodesFile(DownloadRecoveryCodesView):
    """allauth's file under a name that its owner understands."""

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        """The file."""
        response: HttpResponse = super().render_to_response(context, **kwargs)
        response["Content-Disposition"] = f'attachment; filename="{FILE_NAME}"'
        return response
