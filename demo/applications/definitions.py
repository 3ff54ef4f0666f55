"""The two applications as data: which faults are planted, and which check must find each of them."""

from dataclasses import dataclass
from enum import StrEnum


class Fault(StrEnum):
    """A way in which an application can be worse. What it changes stands where the fault's name is used."""

    OLD_TLS = "old_tls"
    CERTIFICATE_RUNS_OUT = "certificate_runs_out"
    NO_CSP = "no_csp"
    NO_HSTS = "no_hsts"
    COOKIE_NOT_SECURE = "cookie_not_secure"
    COOKIE_FOR_SCRIPTS = "cookie_for_scripts"
    SERVED_IN_CLEAR = "served_in_clear"
    NO_NOTICE = "no_notice"
    FACTOR_IS_COSMETIC = "factor_is_cosmetic"
    SECURITY_TXT_EXPIRED = "security_txt_expired"
    REAL_NUMBERS_IN_DUMP = "real_numbers_in_dump"


@dataclass(frozen=True)
class Planted:
    """A fault, and the finding by which it must be found."""

    fault: Fault
    check: str
    code: str
    what: str


@dataclass(frozen=True)
class Application:
    """One small care application."""

    id: str
    title: str
    tagline: str
    protected_path: str
    heading: str
    happenings: tuple[str, ...]
    faults: frozenset[Fault] = frozenset()

    def has(self, fault: Fault) -> bool:
        return fault in self.faults


PLANTED = (
    Planted(Fault.OLD_TLS, "tls", "outdated_version", "TLS 1.0 en 1.1 staan nog aan"),
    Planted(Fault.CERTIFICATE_RUNS_OUT, "tls", "renewal_due", "het certificaat loopt over vijf dagen af"),
    Planted(Fault.NO_CSP, "http_headers", "csp_missing", "geen Content-Security-Policy"),
    Planted(Fault.NO_HSTS, "http_headers", "hsts_missing", "geen Strict-Transport-Security"),
    Planted(Fault.COOKIE_NOT_SECURE, "http_headers", "cookie_not_secure", "sessiecookie zonder Secure"),
    Planted(Fault.COOKIE_FOR_SCRIPTS, "http_headers", "cookie_readable_by_script", "sessiecookie zonder HttpOnly"),
    Planted(Fault.SERVED_IN_CLEAR, "https_redirect", "served_in_clear", "zonder https komt dezelfde inhoud"),
    Planted(Fault.NO_NOTICE, "login_notice", "no_notice", "de inlogpagina zegt niets over vertrouwelijkheid"),
    Planted(Fault.FACTOR_IS_COSMETIC, "second_factor", "password_alone", "de codepagina is alleen een scherm"),
    Planted(Fault.SECURITY_TXT_EXPIRED, "security_txt", "expired", "security.txt is verlopen"),
    Planted(
        Fault.REAL_NUMBERS_IN_DUMP, "real_person_data", "real_numbers", "een dump met nummers van buiten de testreeks"
    ),
)

SOUND = Application(
    id="zorgdagboek",
    title="Zorgdagboek",
    tagline="Wat er vandaag is gedaan, en voor wie.",
    protected_path="/dagboek",
    heading="Dagboek van vandaag",
    happenings=("Gewassen", "Medicijnen gegeven", "Wond verzorgd", "Samen gegeten", "Bloeddruk gemeten", "Gewandeld"),
)
FAULTY = Application(
    id="meldkamer-thuis",
    title="Meldkamer Thuis",
    tagline="Alarmen van mensen die thuis wonen.",
    protected_path="/alarmen",
    heading="Alarmen van vandaag",
    happenings=(
        "Val gezien",
        "Deur open in de nacht",
        "Noodknop",
        "Geen beweging sinds 08:00",
        "Rookmelder",
        "Uit bed",
    ),
    faults=frozenset(planted.fault for planted in PLANTED),
)
APPLICATIONS = (SOUND, FAULTY)
