"""The workspace of a focus group: members across hubs, meetings, decisions, open questions, tasks."""
