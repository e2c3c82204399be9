"""Whole calls: which authorizations a call needs, in which context, and what they come to together."""
