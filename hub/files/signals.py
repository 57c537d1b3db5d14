"""What happens to files, for those above that follow it."""

from __future__ import annotations

from django.dispatch import Signal

content_stored = Signal()
"""Bytes that were missing or withheld are here; sent by :class:`hub.files.models.StoredFile` with ``digest``
and ``media_type``, in the transaction that says so.
"""

content_refused = Signal()
"""Stored bytes were found harmful; sent by :func:`hub.files.letting_go.refuse_content` with ``digest``, in
the transaction that deletes those that were received.
"""
