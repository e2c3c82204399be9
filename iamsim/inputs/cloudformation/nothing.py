"""What `AWS::NoValue` gives: the key or the item is not there.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/pseudo-parameter-reference.html
"""

NOTHING = object()
