"""Who may talk to whom: zones, allowed flows, observed flows, sightings, generated policy, quarantine.

Words: zone (zone), network segment (netwerksegment), flow (verkeersstroom), flow matrix (verkeersmatrix), sighting
(waarneming), quarantine (quarantaine), policy (netwerkregels), plug and play (plug-and-play), bring your own (eigen
apparaat).

From the design, binding the code to come
1. What isn't listed as allowed is forbidden.
2. What is seen and not registered is reported.
3. Quarantine names the person who took or activated the decision, and the way back.

It doesn't sit in the path of the traffic and doesn't decide about care: incidents asks whether isolating is itself
the risk.
"""
