"""The law: how the policies around one request decide it. Standard library only; knows nothing about services."""
