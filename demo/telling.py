"""How to log in to the demonstration, on a terminal."""

import segno

from demo.house import House
from demo.people import Login

ROLES = {
    "administrator": "beheerder",
    "security_officer": "beveiligingsfunctionaris",
    "devops_lead": "DevOps-lead",
    "developer": "ontwikkelaar",
    "auditor": "auditor",
    "privacy_officer": "functionaris gegevensbescherming",
    "log_administrator": "logbeheerder",
    "board_member": "bestuurder",
    "team_manager": "teammanager",
    "care_professional": "zorgverlener",
    "device_manager": "apparaatbeheerder",
}


def tell(house: House, people: dict[str, Login]) -> None:
    """Print address, logins, and the QR code of the one to begin with."""
    print(f"\n  Waarborg draait: {house.address}    (Waarborg is running)\n")
    for each in (each for each in people.values() if each.login != "proefmeting"):
        print(f"  {ROLES[each.role]:<33} {each.login:<6} {each.password}")
    print("\n  De code van dit moment (the code of this moment):  .venv/bin/python -m demo.code noor")
    print("  Of scan dit voor noor, met een authenticator-app (or scan this for noor):\n")
    segno.make(people["noor"].uri, error="l").terminal(compact=True, border=2)
    print(f"\n  Stoppen: Ctrl-C (stop: Ctrl-C). Alles is verzonnen en staat in {house.folder}.\n", flush=True)
