"""What is stored about a person, table by table: one list for the page, the copy and its test.

Secrets are never part of it: no password, key, one-time code, token or checksum of these.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from allauth.account.models import EmailAddress
from allauth.idp.oidc.models import Client, Token
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.db.models import Model, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from wagtail.admin.models import EditingSession, FormState
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import (
    APIToken,
    Comment,
    CommentReply,
    ModelLogEntry,
    Page,
    PageLogEntry,
    PageSubscription,
    Revision,
    TaskState,
    UploadedFile,
    WorkflowState,
)  # fmt: skip
from wagtail.users.models import UserProfile
from wagtail_localize.models import SegmentOverride, StringTranslation

from content.uploading.models import Upload
from events.office.records import read_circles, read_organising, read_participation
from hub.accounts.models import AccountEvent, HomeAccount, Invitation, JoinRequest, Preferences, User
from hub.accounts.roles import roles_of
from hub.messages.models import Message
from hub.site.digest.models import Subscription
from hub.site.personal.models import DueReminder
from hub.site.searches.models import SavedSearch
from hub.site.tokens.models import AccessToken

Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Record:
    """One part of the copy: its name there, what it is in words, which keys to a user it covers, and how
    it is read. A key is ``app_label.Model.field``."""

    name: str
    words: str | Promise
    keys: tuple[str, ...]
    read: Callable[[User], Any]


def read_account(user: User) -> dict[str, Any]:
    """The row of the account itself."""
    names = ("email", "first_name", "last_name", "date_joined", "last_login", "is_active")
    return {name: getattr(user, name) for name in names} | {
        "operator": user.is_superuser,
        "subject": str(user.subject),
    }


def read_roles(user: User) -> dict[str, Any]:
    """Roles in bodies, and groups and permissions besides."""
    roles = [{"body": row.body_id, "name": row.body.name, "role": row.role} for row in roles_of(user)]
    others = user.groups.filter(body_role=None).values_list("name", flat=True)
    single = Permission.objects.filter(user=user).values_list("codename", flat=True)
    return {"roles": roles, "other_groups": list(others), "permissions": list(single)}


def read_pages(user: User) -> dict[str, Rows]:
    """Pages somebody owns or has locked, with title and address, without their content."""
    own, locked = Page.objects.filter(owner=user), Page.objects.filter(locked_by=user)
    return {"owned": [_page(page) for page in own], "locked": [_page(page) for page in locked]}


def _page(page: Page) -> dict[str, Any]:
    return {
        "title": page.title,
        "address": page.url_path,
        "live": page.live,
        "first_published": page.first_published_at,
        "last_published": page.last_published_at,
    }


def rows(model: type[Model], lookup: str, *columns: str) -> Callable[[User], Rows]:
    """Reads these columns of the model's rows whose ``lookup`` (several, divided by a space) is the user."""

    def read(user: User) -> Rows:
        wanted = Q()
        for name in lookup.split():
            wanted |= Q(**{name: user})
        found: QuerySet[Any] = model._default_manager.filter(wanted).order_by("pk")
        return list(found.values(*columns))

    return read


def read_invitations(user: User) -> dict[str, Rows]:
    """Invitations somebody sent, and those that went to their address."""
    columns = ("email", "body", "role", "created", "expires", "accepted", "revoked")
    sent = Invitation.objects.filter(invited_by=user).values(*columns)
    got = Invitation.objects.filter(email__iexact=user.email).values(*columns) if user.email else []
    return {"sent": list(sent), "received": list(got)}


def read_history(user: User) -> dict[str, Rows]:
    """What was done to the account, and what somebody did to others' (these without their names)."""
    columns = ("at", "action", "body", "note")
    return {
        "about_me": list(AccountEvent.objects.filter(user=user).values(*columns)),
        "done_by_me": list(
            AccountEvent.objects.filter(actor=user).exclude(user=user).values("at", "action", "body")
        ),
    }


def read_requests(user: User) -> dict[str, Rows]:
    """Requests somebody made, and decisions about others' (these without their names)."""
    own = ("body", "role", "domain", "message", "state", "created", "decided", "reason")
    return {
        "made": list(JoinRequest.objects.filter(user=user).values(*own)),
        "decided": list(
            JoinRequest.objects.filter(decided_by=user).values("body", "role", "state", "decided", "reason")
        ),
    }


def read_messages(user: User) -> Rows:
    """Messages somebody wrote for a body, known by the account's subject."""
    columns = ("sent", "type", "sender", "recipient", "subject_id", "text", "role", "reply_to")
    return list(Message.objects.filter(author=user.subject).order_by("sent").values(*columns))


def read_digests(user: User) -> Rows:
    """The digest that goes to a confirmed address of the account, asked for without it."""
    chosen = ("email", "topics", "regions", "kinds", "rhythm", "language")
    times = ("asked", "confirmed", "sent_until", "refused")
    own = [address.lower() for address in confirmed_addresses(user)]
    return list(Subscription.objects.filter(email__in=own).order_by("pk").values(*chosen, *times))


def confirmed_addresses(user: User) -> list[str]:
    """Addresses somebody has shown to be theirs."""
    found = EmailAddress.objects.filter(user=user, verified=True).order_by("pk")
    return list(found.values_list("email", flat=True))


RECORDS: tuple[Record, ...] = (
    Record("account", _("Account: name, e-mail address, times of joining and of the last sign-in"), (),
           read_account),
    Record("addresses", _("E-mail addresses and whether they are confirmed"), ("account.EmailAddress.user",),
           rows(EmailAddress, "user", "email", "verified", "primary")),
    Record("roles", _("Roles in bodies, other groups and permissions"),
           ("accounts.User_groups.user", "accounts.User_user_permissions.user"), read_roles),
    Record("requests", _("Requests to join, and decisions about those of others"),
           ("accounts.JoinRequest.user", "accounts.JoinRequest.decided_by"), read_requests),
    Record("invitations", _("Invitations that you sent or received"), ("accounts.Invitation.invited_by",),
           read_invitations),
    Record("preferences", _("Topics, region and mails that you have chosen, and the last reminder"),
           ("accounts.Preferences.user", "site.DueReminder.user"),
           lambda user: {
               "chosen": rows(Preferences, "user", "topics", "region", "mail_requests", "mail_due")(user),
               "last_reminder": rows(DueReminder, "user", "month")(user),
           }),
    Record("digest", _("Digest by mail to your confirmed address: choice and times"), (), read_digests),
    Record("searches", _("Saved searches: words and filters, rhythm of the mails, times, refused mails"),
           ("site.SavedSearch.user",),
           rows(SavedSearch, "user", "name", "query", "rhythm", "created", "sent_until", "refused")),
    Record("second_factors", _("Kinds of your second factors and when they were set up, never their secrets"),
           ("mfa.Authenticator.user",), rows(Authenticator, "user", "type", "created_at", "last_used_at")),
    Record("sessions", _("Devices that are signed in: browser, network address, times"),
           ("usersessions.UserSession.user",),
           rows(UserSession, "user", "ip", "user_agent", "created_at", "last_seen_at")),
    Record("history", _("History of your account and of what you did to others'"),
           ("accounts.AccountEvent.user", "accounts.AccountEvent.actor"), read_history),
    Record("city_sign_in", _("Sign-in with your city's own provider"), ("socialaccount.SocialAccount.user",),
           rows(SocialAccount, "user", "provider", "uid", "date_joined", "last_login", "extra_data")),
    Record("home_account", _("Home account: which instance vouches for you, and until when"),
           ("accounts.HomeAccount.user",),
           rows(HomeAccount, "user", "issuer", "subject", "body", "role", "email", "asserted", "checked",
                "expires")),
    Record("other_instances", _("Other instances you signed in to with this account"),
           ("allauth_idp_oidc.Token.user", "allauth_idp_oidc.Client.owner"),
           lambda user: {
               "sign_ins": rows(Token, "user", "client__name", "type", "created_at", "expires_at")(user),
               "clients": rows(Client, "owner", "name", "created_at")(user),
           }),
    Record("messages", _("Messages to other municipalities that you wrote"), (), read_messages),
    Record("pages", _("Titles and addresses of pages that you created"),
           ("wagtailcore.Page.owner", "wagtailcore.Page.locked_by"), read_pages),
    Record("revisions", _("Versions of pages that you saved, with their times"),
           ("wagtailcore.Revision.user",), rows(Revision, "user", "object_str", "object_id", "created_at")),
    Record("comments", _("Comments and answers in the editing area"),
           ("wagtailcore.Comment.user", "wagtailcore.Comment.resolved_by", "wagtailcore.CommentReply.user"),
           lambda user: {
               "comments": rows(Comment, "user", "page__title", "text", "created_at", "updated_at")(user),
               "resolved": rows(Comment, "resolved_by", "page__title", "resolved_at")(user),
               "replies": rows(CommentReply, "user", "comment__page__title", "text", "created_at")(user),
           }),
    Record("moderation", _("Pages that you submitted or decided about"),
           ("wagtailcore.WorkflowState.requested_by", "wagtailcore.TaskState.finished_by"),
           lambda user: {
               "submitted": rows(WorkflowState, "requested_by", "object_id", "status", "created_at")(user),
               "decided": rows(TaskState, "finished_by", "revision__object_str", "status", "comment",
                               "finished_at")(user),
           }),
    Record("uploads", _("Pictures and files that you uploaded"),
           ("wagtailimages.Image.uploaded_by_user", "wagtaildocs.Document.uploaded_by_user",
            "wagtailcore.UploadedFile.uploaded_by_user", "content.Upload.owner"),
           lambda user: {
               "pictures": rows(get_image_model(), "uploaded_by_user", "title", "file", "created_at")(user),
               "files": rows(get_document_model(), "uploaded_by_user", "title", "file", "created_at")(user),
               "unfinished": rows(UploadedFile, "uploaded_by_user", "file")(user),
               "in_pieces": rows(Upload, "owner", "name", "size", "received", "created", "changed")(user),
           }),
    Record("translations", _("Translations that you wrote"),
           ("wagtail_localize.StringTranslation.last_translated_by",
            "wagtail_localize.SegmentOverride.last_translated_by"),
           lambda user: {
               "texts": rows(StringTranslation, "last_translated_by", "locale__language_code", "data",
                             "updated_at")(user),
               "values": rows(SegmentOverride, "last_translated_by", "locale__language_code", "data_json",
                              "updated_at")(user),
           }),
    Record("editing", _("Editing area: your settings there, pages you follow, and what you have open"),
           ("wagtailusers.UserProfile.user", "wagtailcore.PageSubscription.user",
            "wagtailadmin.EditingSession.user", "wagtailadmin.FormState.user"),
           lambda user: {
               "settings": rows(UserProfile, "user", "preferred_language", "current_time_zone", "avatar",
                                "theme", "contrast", "density", "submitted_notifications",
                                "approved_notifications", "rejected_notifications",
                                "updated_comments_notifications", "keyboard_shortcuts", "dismissibles")(user),
               "followed": rows(PageSubscription, "user", "page__title", "comment_notifications")(user),
               "open": rows(EditingSession, "user", "object_id", "last_seen_at", "is_editing")(user),
               "unsaved": rows(FormState, "user", "object_id", "data", "last_updated_at")(user),
           }),
    Record("log", _("Log of what you changed in the editing area"),
           ("wagtailcore.PageLogEntry.user", "wagtailcore.ModelLogEntry.user", "admin.LogEntry.user"),
           lambda user: {
               "pages": rows(PageLogEntry, "user", "label", "action", "timestamp")(user),
               "other": rows(ModelLogEntry, "user", "label", "action", "timestamp")(user),
               "administration": rows(LogEntry, "user", "object_repr", "action_flag", "action_time")(user),
           }),
    Record("events", _("Events: registrations, answers, consents, proposals, votes and mails"),
           ("events.Person.user", "events.NoteAuthor.user"),
           lambda user: read_participation(user, confirmed_addresses(user))),
    Record("organising", _("What you changed and released in programmes of events, and did on the day"),
           ("events.PlanChange.user", "events.Release.user", "events.Notice.user", "events.Helper.user",
            "events.CheckIn.user", "events.Outcome.user"), read_organising),
    Record("focus_groups", _("Focus groups: memberships and tasks"),
           ("events.CircleMember.user",), read_circles),
    Record("access", _("Names of access keys for programs, never the keys"),
           ("wagtailcore.APIToken.user", "site.AccessToken.user"),
           lambda user: {
               "reading": rows(AccessToken, "user", "name", "created", "expires", "used")(user),
               "editing": rows(APIToken, "user", "name", "created", "last_used_at", "revoked_at")(user),
           }),
)  # fmt: skip
"""Every part of the copy, in the order of its page."""

LEFT_OUT: Mapping[str, str] = {}
"""Keys to a user that the copy leaves out, each with its reason."""


def collect_records(user: User) -> dict[str, Any]:
    """Everything that is stored about ``user``, by name of the part."""
    return {record.name: record.read(user) for record in RECORDS}
