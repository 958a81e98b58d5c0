"""Puts the models to use: command line and HTTP service."""
