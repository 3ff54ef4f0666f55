"""How confidential a thing is, and how to say so on a screen, on paper and in a file.

Words: classification (classificatie), label (vertrouwelijkheidslabel), notice (melding bij het inloggen),
acknowledgement (bevestiging), print (afdruk), export (export).

Invariants
1. A label names the classification, who made the copy and when; the print style adds page n of m. It never says what is on the page.

From the design, binding the code to come: with the first data of care recipients, what has no classification is treated as the
highest one. Until then a page that says nothing is internal.

It doesn't decide who may see what (the domain that owns the data does) and doesn't draw pages (the doors do).
"""
