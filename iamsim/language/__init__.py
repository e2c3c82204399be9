"""Text in, trees out: the small languages that AWS policies are written in, and where in a text a thing stands."""
