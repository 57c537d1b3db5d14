"""What each kind says in the words of schema.org beyond what all works say."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from hub.documents import Document
from hub.env import env
from hub.site.feeds.nodes import Name, Node, file_node, filled, organization
from theme.labels import KINDS_PLURAL, label
from theme.templatetags.theme import web_address

SOFTWARE = frozenset({"software", "configuration"})
"""Types of modules that are programs or set them up."""
PROGRESS = {"cancelled": "EventCancelled", "confirmed": "EventScheduled", "tentative": "EventScheduled"}


def _module(document: Document, body_name: Name) -> Node:
    module = document.module
    if module is None:
        return {}
    node: Node = {
        "version": module.version,
        "datePublished": module.released.isoformat() if module.released else None,
    }
    if module.module_type in SOFTWARE:
        node["codeRepository"] = web_address(module.repository)
    return {name: value for name, value in node.items() if value}


def _event(document: Document, body_name: Name) -> Node:
    event = document.event
    if event is None:
        return {}
    places: list[Node] = []
    if event.location or event.address:
        places.append(filled({"@type": "Place", "name": event.location, "address": event.address}))
    online = web_address(event.online_url)
    if online:
        places.append({"@type": "VirtualLocation", "url": online})
    modes = {(True, True): "Mixed", (False, True): "Online", (True, False): "Offline"}
    mode = modes.get((bool(event.location or event.address), bool(online)))
    return {
        "startDate": event.starts.isoformat(),
        "endDate": event.ends.isoformat(),
        "eventStatus": f"https://schema.org/{PROGRESS.get(event.status, 'EventScheduled')}",
        "eventAttendanceMode": f"https://schema.org/{mode}EventAttendanceMode" if mode else None,
        "location": places,
        "organizer": [organization(key, body_name) for key in document.publishers],
    }


def _dataset(document: Document, body_name: Name) -> Node:
    dataset = document.dataset
    if dataset is None:
        return {}
    forms = []
    for each in dataset.distributions:
        file = document.attachment(each.digest) if each.digest else None
        form = {"encodingFormat": each.format, "contentUrl": web_address(each.url), "name": each.title}
        if file:
            form = file_node(document, file, "DataDownload") | {"name": each.title or file.title or file.name}
        forms.append(filled({"@type": "DataDownload"} | form))
    span = [day.isoformat() if day else ".." for day in (dataset.starts, dataset.ends)]
    node: Node = {
        "distribution": forms,
        "encoding": None,
        "spatialCoverage": dataset.area,
        "temporalCoverage": "/".join(span) if dataset.starts or dataset.ends else None,
    }
    return node | ({"dateModified": dataset.modified.isoformat()} if dataset.modified else {})


def _indicator(document: Document, body_name: Name) -> Node:
    indicator = document.indicator
    if indicator is None:
        return {}
    measured = {"@type": "PropertyValue", "name": document.text().title, "unitText": indicator.unit}
    if indicator.measurements:
        measured["value"] = indicator.measurements[-1].value
    return {"variableMeasured": filled(measured), "measurementTechnique": indicator.formula}


def _training(document: Document, body_name: Name) -> Node:
    training = document.training
    if training is None:
        return {}
    audience = {"@type": "Audience", "audienceType": training.target_group} if training.target_group else None
    minutes = sum(length for length in training.step_minutes if length)
    return {
        "learningResourceType": str(label(KINDS_PLURAL, document.kind)),
        "audience": audience,
        "competencyRequired": training.prerequisites,
        "timeRequired": f"PT{minutes}M" if minutes else None,
    }


def _format(document: Document, body_name: Name) -> Node:
    recording = document.recording
    if recording is None:
        return {}
    address = web_address(recording.url)
    video = {"@type": "MediaObject", "contentUrl": address} if address else None
    return {
        "learningResourceType": recording.format,
        "timeRequired": f"PT{recording.minutes}M" if recording.minutes else None,
        "associatedMedia": video,
    }


def _motion(document: Document, body_name: Name) -> Node:
    motion = document.motion
    if motion is None or motion.decided is None:
        return {}
    committee = {"@type": "Organization", "name": motion.committee} if motion.committee else None
    return {
        "legislationIdentifier": motion.reference,
        "legislationDate": motion.decided.isoformat(),
        "legislationPassedBy": committee,
    }


def _question(document: Document, body_name: Name) -> Node:
    text = document.text()
    said = "\n\n".join(block.text for _section, block in text.blocks())
    answer = {"@type": "Answer", "text": said} if said else None
    asked = {"@type": "Question", "name": text.title, "answerCount": int(bool(said))}
    return {"mainEntity": filled(asked | {"acceptedAnswer": answer})}


def _group(document: Document, body_name: Name) -> Node:
    seats = document.group.seats if document.group else ()
    keys = dict.fromkeys(seat.body for seat in seats)
    return {"member": [organization(key, body_name) for key in keys]}


def _body(document: Document, body_name: Name) -> Node:
    key = document.publishers[0] if document.publishers else ""
    return {"identifier": {"@type": "PropertyValue", "propertyID": "AGS/ARS", "value": key}} if key else {}


def _topic(document: Document, body_name: Name) -> Node:
    code = document.term.code if document.term else ""
    return {"termCode": code, "inDefinedTermSet": f"{env.origin}/wissen/"}


SPECIAL: Mapping[str, Callable[[Document, Name], Node]] = {
    "module": _module,
    "event": _event,
    "focus_group": _group,
    "format": _format,
    "dataset": _dataset,
    "indicator": _indicator,
    "training": _training,
    "motion": _motion,
    "question": _question,
    "body": _body,
    "topic": _topic,
}
