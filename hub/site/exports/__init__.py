"""Records in other forms: Markdown, JSON, PDF, citation."""
