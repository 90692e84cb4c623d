"""Reads the reference data (CSV) and programmes (TOML): declared tables, one way of checking, one of saving.

A file goes through four steps, each in its own module: read into rows (`csv_file`, `toml_file`), every row
checked by itself (`checking`), references and agreement between rows (`known`, `agreement`), and only then
saved in one transaction (`saving`). Problems are collected on the way; with one problem nothing is saved.
"""
