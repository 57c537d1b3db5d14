"""Federation: approved peers, signed logs between them, push for speed and pull for truth."""
