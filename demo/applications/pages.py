"""What the applications show. Everything that varies is escaped."""

from html import escape

from demo.applications.definitions import Application, Fault
from demo.applications.people import people

STYLE = """
:root { color-scheme: light; --ink: #16323a; --ground: #f6f4ee; --line: #c9cfc8; --act: #0b5c6b; }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 17px/1.55 "Source Sans 3", system-ui, sans-serif; }
header { background: var(--ink); color: #fff; padding: 14px 24px; display: flex; gap: 16px; align-items: baseline; }
header strong { font-size: 20px; }
header a { color: #fff; margin-left: auto; }
main { max-width: 760px; margin: 32px auto; padding: 0 24px; }
h1 { font-size: 30px; line-height: 1.2; margin: 0 0 12px; }
.notice { border-left: 5px solid #b36b00; background: #fff; padding: 12px 18px; margin: 20px 0; }
label { display: block; margin: 14px 0 4px; font-weight: 600; }
input { font: inherit; padding: 10px; width: 100%; max-width: 340px; border: 1px solid #6d7f80; border-radius: 3px; }
button, .button { font: inherit; font-weight: 600; display: inline-block; margin-top: 20px; padding: 11px 22px;
  background: var(--act); color: #fff; border: 0; border-radius: 3px; text-decoration: none; }
table { border-collapse: collapse; width: 100%; background: #fff; }
th, td { text-align: left; padding: 10px 12px; border-bottom: 1px solid var(--line); vertical-align: top; }
td.number { font-variant-numeric: tabular-nums; white-space: nowrap; }
.wrong { color: #a3201b; font-weight: 600; }
footer { max-width: 760px; margin: 40px auto; padding: 0 24px; font-size: 15px; color: #4c5f61; }
"""
NOTICE = """<div class="notice" role="note"><strong>Vertrouwelijk.</strong> Deze applicatie bevat gezondheidsgegevens
van cliënten. Log alleen in als u ze voor uw werk nodig hebt. U hebt een geheimhoudingsplicht. Wat u bekijkt, wordt vastgelegd.</div>"""


def start_page(application: Application) -> str:
    return _page(
        application,
        application.title,
        f'<p>{escape(application.tagline)}</p><p><a class="button" href="/inloggen">Inloggen</a></p>',
    )


def login_page(application: Application, *, csrf: str, wrong: bool = False) -> str:
    notice = "" if application.has(Fault.NO_NOTICE) else NOTICE
    error = '<p class="wrong">Deze naam en dit wachtwoord horen niet bij elkaar.</p>' if wrong else ""
    return _page(
        application,
        "Inloggen",
        f"""{notice}{error}<form method="post" action="/inloggen">{_csrf(csrf)}
<label for="gebruiker">Gebruikersnaam</label><input id="gebruiker" name="gebruiker" autocomplete="username" required>
<label for="wachtwoord">Wachtwoord</label>
<input id="wachtwoord" name="wachtwoord" type="password" autocomplete="current-password" required>
<p><button>Inloggen</button></p></form>""",
    )


def code_page(application: Application, *, csrf: str, wrong: bool = False) -> str:
    error = '<p class="wrong">Deze code klopt niet of is al gebruikt. Wacht op de volgende.</p>' if wrong else ""
    return _page(
        application,
        "Tweede stap",
        f"""<p>Open de app op uw telefoon en vul de zes cijfers in.</p>{error}
<form method="post" action="/code">{_csrf(csrf)}<label for="code">Code</label>
<input id="code" name="code" inputmode="numeric" autocomplete="one-time-code" maxlength="6" required>
<p><button>Verder</button></p></form>""",
    )


def protected_page(application: Application) -> str:
    rows = "".join(
        f"<tr><td>{escape(what)}</td><td>{escape(person.first_name)} {escape(person.surname)}</td>"
        f'<td class="number">{person.born_on:%d-%m-%Y}</td><td class="number">{person.bsn}</td></tr>'
        for what, person in zip(application.happenings, people(), strict=True)
    )
    head = "<tr><th>Wat</th><th>Wie</th><th>Geboren</th><th>BSN</th></tr>"
    return _page(
        application,
        application.heading,
        f"<table><thead>{head}</thead><tbody>{rows}</tbody></table>",
        link='<a href="/uitloggen">Uitloggen</a>',
    )


def message_page(application: Application, title: str, text: str) -> str:
    return _page(application, title, f"<p>{escape(text)}</p>")


def _csrf(token: str) -> str:
    return f'<input type="hidden" name="csrf" value="{escape(token)}">'


def _page(application: Application, title: str, content: str, *, link: str = "") -> str:
    return f"""<!doctype html>
<html lang="nl"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)} - {escape(application.title)}</title><link rel="stylesheet" href="/stijl.css"></head>
<body><header><strong>{escape(application.title)}</strong>{link}</header>
<main><h1>{escape(title)}</h1>{content}</main>
<footer>Voorbeeldapplicatie met verzonnen personen. Draait alleen op deze computer.</footer></body></html>"""
