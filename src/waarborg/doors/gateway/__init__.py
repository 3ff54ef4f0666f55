"""Messages of devices: certificate to device, limits, schema; acknowledged only when committed.

From the design; there is no code here yet.
"""
