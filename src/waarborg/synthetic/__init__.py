"""Invented people, devices and days of data: the only test data there is.

Words: synthetic data (synthetische gegevens), test person (testpersoon), test range (testreeks), shadow number
(schaduwnummer), recipe (recept), seed (startwaarde).

From the design, binding the code to come
1. Nothing invented can be taken for a real person: BSNs come from the test ranges only.
2. The same seed gives the same data.
3. Each model says how each of its personal fields is invented; this domain follows those recipes.

It doesn't look for real persons (the check `real_person_data` does) and never runs in production.
"""
