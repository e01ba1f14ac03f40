"""Persons by pseudonym, their mandates and points, the shop."""
