"""Migrations of our own tables, by Alembic."""
