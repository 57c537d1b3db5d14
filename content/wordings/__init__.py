"""The wordings of a document: what they were made from, who checked them, who may translate."""
