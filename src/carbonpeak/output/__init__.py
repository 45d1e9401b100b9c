"""Finished results as tables, workbooks, reports and plain data; nothing is computed here."""
