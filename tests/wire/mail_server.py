"""A small real SMTP server (RFC 5321) that takes mails and can be told to misbehave."""

from __future__ import annotations

import socketserver
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

DISCONNECT = "disconnect"
"""In place of an answer: the line goes dead."""


@dataclass
class MailServer:
    """What it took, and what it answers next to ``RCPT TO`` of an address, or to a whole mail.

    The last answer of a list stays. ``before_answer`` is called with the mail before it is acknowledged.
    """

    port: int = 0
    mails: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    rcpt: dict[str, list[str]] = field(default_factory=dict)
    data: list[str] = field(default_factory=list)
    greeting: str = "220 mail.demo.invalid"
    sender: str = "250 fine"
    pause: float = 0
    before_answer: Callable[[EmailMessage], None] | None = None
    tries: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def answer_recipient(self, address: str) -> str:
        """What it says to one more recipient."""
        self.tries[address] += 1
        return _next(self.rcpt.get(address, []))

    def take(self, address: str, body: bytes) -> str:
        """What it says to a whole mail; it keeps those it accepts."""
        mail = message_from_bytes(body, policy=policy.default)
        if self.before_answer:
            self.before_answer(mail)
        answer = _next(self.data)
        if answer.startswith("250"):
            self.mails.append(mail)
            self.recipients.append(address)
        time.sleep(self.pause)
        return answer


def _next(answers: list[str]) -> str:
    if not answers:
        return "250 fine"
    return answers.pop(0) if len(answers) > 1 else answers[0]


class Dialogue(socketserver.StreamRequestHandler):
    """One connection."""

    def handle(self) -> None:
        server: MailServer = self.server.script  # type: ignore[attr-defined]
        address = ""
        self.say(server.greeting)
        while line := self.rfile.readline().decode().strip():
            verb = line[:4].upper()
            if verb == "QUIT":
                return self.say("221 bye")
            if verb == "RCPT":
                address = line.partition("<")[2].partition(">")[0]
                answer = server.answer_recipient(address)
            elif verb == "MAIL":
                answer = server.sender
            elif verb == "DATA":
                self.say("354 go on")
                answer = server.take(address, self.read_mail())
            else:
                answer = "250 fine"
            if answer == DISCONNECT:
                return None
            self.say(answer)
            if answer.startswith("421"):
                return None
        return None

    def say(self, answer: str) -> None:
        self.wfile.write(answer.encode() + b"\r\n")

    def read_mail(self) -> bytes:
        lines = []
        while (line := self.rfile.readline()) not in {b".\r\n", b""}:
            lines.append(line[1:] if line.startswith(b"..") else line)
        return b"".join(lines)


class _Listener(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


@contextmanager
def serve_mail() -> Iterator[MailServer]:
    """A running server on a free port of the loopback address."""
    script = MailServer()
    with _Listener(("127.0.0.1", 0), Dialogue) as listener:
        listener.script = script  # type: ignore[attr-defined]
        script.port = listener.server_address[1]
        thread = threading.Thread(target=listener.serve_forever, daemon=True)
        thread.start()
        try:
            yield script
        finally:
            listener.shutdown()
            thread.join()
