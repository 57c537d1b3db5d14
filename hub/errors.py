"""What can go wrong, in classes whose sentence tells an editor or operator what to do."""

from __future__ import annotations


class HubError(Exception):
    """Base of the project's own errors."""


class Unavailable(HubError):
    """Something outside that a piece of work needs does not answer now: the work waits, nothing is lost."""


class ConfigurationError(HubError):
    """The environment is wrong: correct the variable the message names and start again."""


class DatabaseUnavailable(HubError):
    """The database cannot be used: the message says whether to start, upgrade or extend it."""


class UnreadableDocument(HubError):
    """A document this version cannot read: upgrade this instance; the document is kept."""


class UnknownMajor(UnreadableDocument):
    """A document of another major version: its header is shown; it becomes whole after an upgrade."""


class RefusedMessage(HubError):
    """A message from another hub that must not be believed. ``reason`` goes to log and peer page."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class BrokenChain(RefusedMessage):
    """The peer's log does not continue the one held here: ask the peer's operator, do not resync."""


class NotCurrent(HubError):
    """The own log may be older than what peers hold of it: nothing is appended until that is settled."""


class CannotErase(HubError):
    """Something cannot be erased like this: the message says what is in the way. Nothing was changed."""


class OutOfOrder(RefusedMessage):
    """Entries that do not start right after the cursor: harmless, the gap is pulled."""


class FetchFailed(HubError):
    """Another host did not answer as it should: it is tried again later."""


class Unreachable(FetchFailed):
    """Another host gave no whole answer in time: what else is wanted of it can wait as well."""


class TooSlow(Unreachable):
    """Another host did not answer in the time given: ask its operator."""


class Redirected(FetchFailed):
    """An address leads on to another one, which is not followed: name the final one."""


class PrivateAddress(FetchFailed):
    """An address lies in an internal network: name it in ``HUB_PEER_ADDRESSES`` if that is intended."""


class FileWithheld(HubError):
    """An attachment could not be stored or did not match its checksum: it is fetched again later."""


class ScannerUnavailable(HubError):
    """The virus scanner gave no verdict: start clamd or correct ``HUB_CLAMAV``; nothing passes unscanned."""


class UnreadableDirectory(HubError):
    """A directory of bodies or a table with it is broken: mend the line it names. Nothing was changed."""

    def __init__(self, reason: str, line: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.line = line


class RefusedDirectory(HubError):
    """A directory of bodies that would do harm: the message names the option that allows it."""


class UnreadableUpload(HubError):
    """A file somebody handed in cannot be read: the message says what to do with it. Nothing was changed."""


class UnsafeArchive(UnreadableUpload):
    """An archive that would harm whoever unpacks it: the message names the entry. Nothing of it stays."""


class Overloaded(HubError):
    """Too many ask for what is dear to make: try again in a moment."""
