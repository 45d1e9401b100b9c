"""The workbook that a county fills in: written, laid out, and read back."""
