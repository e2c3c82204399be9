"""The rules that a policy document must keep, one module per group; none of them knows where a document was read."""
