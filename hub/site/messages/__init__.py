"""Asking another body about what it published, and answering: pages and mails."""
