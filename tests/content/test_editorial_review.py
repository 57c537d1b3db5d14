"""Review within a body: who hands in, who decides, who hears of it."""

from __future__ import annotations

import pytest
from django.core import mail
from django.urls import reverse
from wagtail.models import GroupApprovalTask, Page, Workflow, WorkflowPage, WorkflowState, WorkflowTask

from content.editorial.review import PRESET, drop_preset
from content.models import BodyPage, CaseReportPage
from content.services import keep_sections, open_section
from hub.accounts.models import Preferences, Role, User
from hub.municipalities.models import Body
from tests.factories.editing import browser_of, edit_address, newest, open_form, save
from tests.factories.pages import add_body, add_report, add_section
from tests.factories.people import add_person

pytestmark = pytest.mark.django_db

SUBMIT = {"action-submit": "x"}


@pytest.fixture
def koblenz() -> Body:
    return add_body("07111000")


@pytest.fixture
def section(koblenz: Body) -> BodyPage:
    page = add_section("koblenz", koblenz)
    open_section(page)
    return page


@pytest.fixture
def author(section: BodyPage, koblenz: Body) -> User:
    return add_person(
        "autorin@koblenz.demo.invalid", koblenz, Role.AUTHOR, first_name="Anna", last_name="Autorin"
    )


@pytest.fixture
def editor(section: BodyPage, koblenz: Body) -> User:
    return add_person(
        "redaktion@koblenz.demo.invalid", koblenz, Role.EDITOR, first_name="Rita", last_name="Rot"
    )


@pytest.fixture
def draft(section: BodyPage, author: User) -> CaseReportPage:
    page = add_report(section, "Parkraum", live=False)
    Page.objects.filter(pk=page.pk).update(owner=author)
    return CaseReportPage.objects.get(pk=page.pk)


def submit(author: User, draft: CaseReportPage, **data: str) -> object:
    return save(author, draft, **SUBMIT, **data)


def decide(user: User, page: CaseReportPage, action: str, comment: str = "") -> object:
    extra = f'{{"comment": "{comment}"}}' if comment else "{}"
    data = {
        "action-workflow-action": "x",
        "workflow-action-name": action,
        "workflow-action-extra-data": extra,
    }
    return save(user, page, **data)


def state_of(page: CaseReportPage) -> str:
    return str(WorkflowState.objects.filter(object_id=str(page.pk)).latest("pk").status)


def test_a_section_gets_one_review_by_its_editors_and_coordinators(section: BodyPage) -> None:
    groups = open_section(section).groups
    workflow = WorkflowPage.objects.get(page=section.page_ptr).workflow
    (task,) = GroupApprovalTask.objects.filter(workflow_tasks__workflow=workflow)
    assert (workflow.name, task.name) == ("Freigabe in Koblenz", "Freigabe in Koblenz")
    assert set(task.groups.all()) == {groups[Role.EDITOR], groups[Role.COORDINATOR]}
    assert Workflow.objects.filter(name__startswith="Freigabe").count() == 1


def test_the_review_follows_the_bodys_name(section: BodyPage, koblenz: Body) -> None:
    Body.objects.filter(pk=koblenz.pk).update(name="Koblenz am Rhein")
    assert keep_sections() == 1
    workflow = WorkflowPage.objects.get(page=section.page_ptr).workflow
    assert workflow.name == workflow.tasks.get().name == "Freigabe in Koblenz am Rhein"


def test_a_body_that_joined_before_gets_its_review_afterwards(section: BodyPage) -> None:
    WorkflowPage.objects.all().delete()
    Workflow.objects.all().delete()
    assert section.get_workflow() is None
    keep_sections()
    assert BodyPage.objects.get(pk=section.pk).get_workflow().name == "Freigabe in Koblenz"


def test_a_workflow_the_operator_has_chosen_stays(section: BodyPage) -> None:
    other = Workflow.objects.create(name="Vier Augen")
    WorkflowPage.objects.filter(page=section.page_ptr).update(workflow=other)
    open_section(section)
    other.refresh_from_db()
    assert WorkflowPage.objects.get(page=section.page_ptr).workflow == other
    assert other.name == "Vier Augen"


def test_wagtails_preset_goes_unless_it_was_touched(db: None) -> None:
    preset = Workflow.objects.get(name=PRESET)
    extra = GroupApprovalTask.objects.create(name="Zweiter Blick")
    second = WorkflowTask.objects.create(workflow=preset, task=extra, sort_order=1)
    assert not drop_preset()
    second.delete()
    assert drop_preset()
    assert not Workflow.objects.filter(name=PRESET).exists()
    assert not drop_preset(), "gone already"


def test_an_author_hands_in_and_an_editor_publishes(
    author: User, editor: User, draft: CaseReportPage, django_capture_on_commit_callbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        assert submit(author, draft).status_code == 302
    assert state_of(draft) == "in_progress"
    (asked,) = mail.outbox
    assert asked.to == [editor.email]
    assert asked.subject.endswith(": „Parkraum“ wartet auf Ihre Entscheidung")
    assert "Guten Tag Rita Rot," in asked.body
    assert "Eingereicht von Anna Autorin." in asked.body
    assert edit_address(draft) in asked.body
    with django_capture_on_commit_callbacks(execute=True):
        decide(editor, draft, "approve", "Sehr gut")
    page = CaseReportPage.objects.get(pk=draft.pk)
    assert page.live
    assert state_of(draft) == "approved"
    told = mail.outbox[-1]
    assert told.to == [author.email]
    assert told.subject.endswith(": „Parkraum“ wurde freigegeben")
    assert "Kommentar: Sehr gut" in told.body
    assert page.full_url in told.body


def test_an_editor_asks_for_changes_with_a_comment_and_the_author_hands_in_again(
    author: User, editor: User, draft: CaseReportPage, django_capture_on_commit_callbacks
) -> None:
    submit(author, draft)
    with django_capture_on_commit_callbacks(execute=True):
        decide(editor, draft, "reject", "Kosten fehlen")
    assert state_of(draft) == "needs_changes"
    told = mail.outbox[-1]
    assert told.subject.endswith(": Bitte um Änderungen an „Parkraum“")
    assert "Rita Rot bittet um Änderungen an „Parkraum“." in told.body
    assert "Kosten fehlen" in told.body
    html = browser_of(author).get(edit_address(draft)).content.decode()
    assert "Erneut zur Freigabe geben" in html
    submit(author, draft, costs_once="500")
    assert state_of(draft) == "in_progress"
    assert not CaseReportPage.objects.get(pk=draft.pk).live


def test_an_author_cannot_decide(author: User, editor: User, draft: CaseReportPage) -> None:
    submit(author, draft)
    decide(author, draft, "approve")
    task_state = WorkflowState.objects.get(object_id=str(draft.pk)).current_task_state
    address = reverse("wagtailadmin_pages:workflow_action", args=[draft.pk, "approve", task_state.pk])
    assert browser_of(author).post(address, {"comment": ""}).status_code == 302
    assert state_of(draft) == "in_progress"
    assert not CaseReportPage.objects.get(pk=draft.pk).live


@pytest.mark.parametrize("role", [Role.EDITOR, Role.COORDINATOR])
def test_nobody_of_another_body_decides(author: User, draft: CaseReportPage, role: Role) -> None:
    trier = add_body("07211000", "Trier")
    open_section(add_section("trier", trier))
    stranger = add_person("fremd@trier.demo.invalid", trier, role)
    submit(author, draft)
    task_state = WorkflowState.objects.get(object_id=str(draft.pk)).current_task_state
    address = reverse("wagtailadmin_pages:workflow_action", args=[draft.pk, "approve", task_state.pk])
    browser_of(stranger).post(address, {"comment": ""})
    decide(stranger, draft, "approve")
    assert state_of(draft) == "in_progress"
    assert not CaseReportPage.objects.get(pk=draft.pk).live


def test_what_lacks_an_answer_cannot_be_handed_in_and_loses_nothing(
    author: User, draft: CaseReportPage
) -> None:
    response = submit(author, draft, summary="", title="Neuer Titel")
    assert response.status_code == 200
    html = response.content.decode()
    assert "<li>Zusammenfassung: Dieses Feld muss ausgefüllt werden.</li>" in html
    assert "als Entwurf lässt sich" in html
    assert 'value="Neuer Titel"' in html
    assert not WorkflowState.objects.exists()


def test_what_lacks_an_answer_cannot_be_approved_past_the_editor(
    author: User, editor: User, draft: CaseReportPage
) -> None:
    submit(author, draft)
    save(editor, draft, summary="")
    assert newest(draft).summary == ""
    task_state = WorkflowState.objects.get(object_id=str(draft.pk)).current_task_state
    address = reverse("wagtailadmin_pages:workflow_action", args=[draft.pk, "approve", task_state.pk])
    response = browser_of(editor).post(address, {"comment": ""}, follow=True)
    assert response.status_code == 200
    assert "„Zusammenfassung“ fehlt" in response.content.decode()
    assert state_of(draft) == "in_progress"
    assert not CaseReportPage.objects.get(pk=draft.pk).live


def test_the_author_may_take_it_back(author: User, draft: CaseReportPage) -> None:
    submit(author, draft)
    html = browser_of(author).get(edit_address(draft)).content.decode()
    assert "Dieser Beitrag liegt zur Freigabe vor." in html
    assert "Zurückholen und weiterschreiben" in html
    save(author, draft, **{"action-cancel-workflow": "x"})
    assert state_of(draft) == "cancelled"


def test_the_buttons_speak_of_review(author: User, editor: User, draft: CaseReportPage) -> None:
    html = browser_of(author).get(edit_address(draft)).content.decode()
    assert "Zur Freigabe geben" in html
    assert "Moderation" not in html
    submit(author, draft)
    html = browser_of(editor).get(edit_address(draft)).content.decode()
    for label in ("Freigeben und veröffentlichen", "Um Änderungen bitten", "Mit Kommentar freigeben"):
        assert label in html


def test_who_decides_is_offered_the_decisions_alone(
    author: User, editor: User, draft: CaseReportPage
) -> None:
    before = browser_of(editor).get(edit_address(draft)).content.decode()
    assert 'name="action-publish"' in before
    submit(author, draft)
    html = browser_of(editor).get(edit_address(draft)).content.decode()
    assert 'data-workflow-action-name="approve"' in html
    assert 'name="action-publish"' not in html, "the author would get no answer"
    assert 'name="action-cancel-workflow"' not in html


def test_who_decides_about_the_own_text_may_take_it_back(editor: User, draft: CaseReportPage) -> None:
    submit(editor, draft)
    html = browser_of(editor).get(edit_address(draft)).content.decode()
    assert 'name="action-cancel-workflow"' in html
    assert 'name="action-publish"' not in html


def test_an_approval_says_that_the_text_is_public(author: User, editor: User, draft: CaseReportPage) -> None:
    submit(author, draft)
    extra = {"action-workflow-action": "x", "workflow-action-name": "approve"}
    data = open_form(draft, editor) | extra | {"workflow-action-extra-data": "{}"}
    response = browser_of(editor).post(edit_address(draft), data, follow=True)
    said = [str(message) for message in response.context["messages"]]
    assert [words for words in said if "„Parkraum“ ist freigegeben und veröffentlicht." in words] == said
    assert CaseReportPage.objects.get(pk=draft.pk).live


def test_who_wants_no_such_mails_gets_none_unless_nobody_else_would(
    author: User, editor: User, draft: CaseReportPage, koblenz: Body, django_capture_on_commit_callbacks
) -> None:
    Preferences.objects.create(user=editor, mail_requests=False)
    with django_capture_on_commit_callbacks(execute=True):
        submit(author, draft)
    assert [message.to for message in mail.outbox] == [[editor.email]], "somebody has to know"
    other = add_person("koordination@koblenz.demo.invalid", koblenz, Role.COORDINATOR)
    save(author, draft, **{"action-cancel-workflow": "x"})
    mail.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        submit(author, draft)
    assert [message.to for message in mail.outbox] == [[other.email]]


def test_a_mail_server_that_is_down_loses_no_submission(
    author: User, editor: User, draft: CaseReportPage, settings, django_capture_on_commit_callbacks
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "mail.invalid", 25
    with django_capture_on_commit_callbacks(execute=True):
        assert submit(author, draft).status_code == 302
    assert state_of(draft) == "in_progress"


def test_an_editor_may_approve_what_is_their_own(editor: User, draft: CaseReportPage) -> None:
    """Whoever publishes without review anyway is not kept from it by having handed it in."""
    save(editor, draft, **SUBMIT)
    decide(editor, draft, "approve")
    assert CaseReportPage.objects.get(pk=draft.pk).live
