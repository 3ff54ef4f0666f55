"""What devices say: watches, readings, alarms, silence, who is called next, and how a device comes in.

Words: device (apparaat), reading (meetwaarde), watch (bewaking), limits (grenzen), alarm (alarm), secondary alarm
(secundair alarm), silence (stilte), escalation (opschaling), route (alarmroute), accept (aannemen), degraded
(verminderd werkend), purpose limitation (doelbinding), data minimisation (dataminimalisatie).

From the design, binding the code to come
1. Acknowledged means committed; the same message twice is one reading.
2. A field that the purpose doesn't allow is dropped and counted, never stored.
3. An alarm escalates until a person accepts it; the silence of a device is itself an alarm.
4. What isn't authorised closes the connection; what is authorised but invalid is committed as a rejection.

It claims no medical purpose, routes nothing between devices, and isolates nothing by itself (incidents does, calling
network).
"""
