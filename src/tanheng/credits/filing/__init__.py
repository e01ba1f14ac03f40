"""Methodologies and scenes on their way from filing to retirement."""
