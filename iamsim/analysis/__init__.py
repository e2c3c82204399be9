"""Questions over policies and worlds."""
