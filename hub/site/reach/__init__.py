"""How far the hub reaches: views and downloads without personal data, and the reports made of them."""
