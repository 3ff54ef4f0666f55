"""The sentences for every fault, in English; doors say them in the reader's language."""

from collections.abc import Mapping
from typing import Final, NamedTuple


class Sentences(NamedTuple):
    """What is wrong, and what to do. Facts fill the blanks."""

    wrong: str
    remedy: str


def _(text: str) -> str:
    """Mark a sentence for translation; it is translated where it is said."""
    return text


FAULTS: Final[Mapping[str, Sentences]] = {
    "no_key_in_name": Sentences(
        _("The name has no letter or digit."), _("Use a name with at least one letter or digit from a to z or 0 to 9.")
    ),
    "customer_key_taken": Sentences(
        _("There is a customer ‘%(key)s’ already."), _("Choose that one, or use another name.")
    ),
    "customer_unknown": Sentences(
        _("The customer ‘%(key)s’ isn't in the register."), _("Add the customer first, or choose one from the list.")
    ),
    "kind_key_taken": Sentences(
        _("There is a kind of information ‘%(key)s’ already."), _("Change that one, or use another name.")
    ),
    "kind_unknown": Sentences(
        _("The kind of information ‘%(key)s’ isn't in the register."), _("Add it first, or choose one from the list.")
    ),
    "application_key_taken": Sentences(
        _("There is an application with the id ‘%(key)s’ already."), _("Choose another id, or change that application.")
    ),
    "application_unknown": Sentences(
        _("This application isn't in the register."), _("Open the list of applications and choose one.")
    ),
    "application_retired": Sentences(
        _("The application ‘%(key)s’ was retired, so it can't be changed."), _("Take it up again first.")
    ),
    "application_state_unchanged": Sentences(
        _("The application ‘%(key)s’ is in that state already."), _("Nothing needs to be done.")
    ),
    "changed_meanwhile": Sentences(
        _("Somebody else changed this while you were working on it. Nothing was overwritten."),
        _("Open this page once more beside this one to see the other change. Save again here to let yours count."),
    ),
    "review_in_future": Sentences(
        _("The review is dated %(day)s, and that is still to come."),
        _("Give the day on which the review was finished."),
    ),
    "review_older_than_last": Sentences(
        _("A later review is known, of %(last)s."), _("Give the date of the last review, or leave it out.")
    ),
    "unit_key_taken": Sentences(
        _("There is, or was, a ward or group of devices ‘%(key)s’ already."), _("Use another name.")
    ),
    "unit_unknown": Sentences(
        _("This ward or group of devices isn't in the register, or is no longer in use."),
        _("Open the list and choose one."),
    ),
    "environment_already_registered": Sentences(
        _("The application has this environment already."), _("Change that one, or choose another kind of environment.")
    ),
    "environment_unknown": Sentences(
        _("This environment isn't in the register."), _("Open the application and choose one of its environments.")
    ),
    "project_key_taken": Sentences(
        _("There is a project ‘%(key)s’ already."), _("Change that one, or use another name.")
    ),
    "project_unknown": Sentences(
        _("This project isn't in the register."), _("Open the list of projects and choose one.")
    ),
    "project_application_unknown": Sentences(
        _("The application ‘%(key)s’ isn't in the register."), _("Register it first, or choose one from the list.")
    ),
    "assets_refused": Sentences(
        _("The file wasn't taken in: %(faults)s places have to be mended first. Nothing was changed."),
        _("Mend what is named, and try again."),
    ),
    "register_changed_since_preview": Sentences(
        _("The register was changed after you saw the preview. Nothing was taken in."),
        _("Look at the new preview, and decide again."),
    ),
    "preview_unknown": Sentences(
        _("This preview isn't known any more. Nothing was taken in."), _("Read the file in again.")
    ),
    "hidden_character": Sentences(
        _("There is a character in it that can't be seen: %(character)s."),
        _("Type the text again, instead of pasting it."),
    ),
    "too_long": Sentences(_("This is longer than %(longest)s characters."), _("Make it shorter.")),
    "empty": Sentences(_("This is empty."), _("Fill it in.")),
    "not_a_key": Sentences(
        _("This is no id."), _("Use small letters a to z, digits, and single dashes between them; at most %(longest)s.")
    ),
    "not_an_address": Sentences(
        _("This is no address that can be measured."),
        _("Write it as https://host/, without a name, password or question mark in it."),
    ),
    "not_a_path": Sentences(_("This is no path on the site."), _("Begin with one slash, for example /inloggen.")),
    "not_certificates": Sentences(
        _("This is no certificate."), _("Paste the whole text, from BEGIN CERTIFICATE to END CERTIFICATE.")
    ),
    "not_plain_json": Sentences(
        _("The recipe holds something that JSON has no single form for."),
        _("Use text, whole numbers, true, false, lists and names in plain letters."),
    ),
    "not_json": Sentences(_("This is no JSON."), _("Check the brackets, commas and quotation marks.")),
    "not_a_day": Sentences(_("This is no day."), _("Write it as year-month-day, for example 2026-11-21.")),
    "missing": Sentences(_("This is missing."), _("Add it.")),
    "unknown_name": Sentences(
        _("This name isn't known here."), _("Remove it, or begin it with x- to keep it for yourselves.")
    ),
    "misspelt_name": Sentences(_("This name isn't known here."), _("Did you mean ‘%(nearest)s’?")),
    "not_text": Sentences(_("This isn't text."), _("Put it between quotation marks.")),
    "not_true_or_false": Sentences(
        _("This is neither true nor false."), _("Write true or false, without quotation marks.")
    ),
    "not_a_level": Sentences(_("This is no level."), _("Write 1 (low), 2 (middle) or 3 (high).")),
    "not_a_port": Sentences(_("This is no port."), _("Write a whole number from 1 to 65535; 80 is usual.")),
    "not_a_choice": Sentences(_("This isn't one of the choices."), _("Choose from: %(expected)s.")),
    "too_many": Sentences(
        _("There are too many items in this list."), _("Keep what matters most, and remove the rest.")
    ),
    "not_names_with_values": Sentences(
        _("Names with values belong here, each on a line of its own."),
        _("Write for example ‘name: value’, indented under its heading."),
    ),
    "not_a_list": Sentences(
        _("A list belongs here."), _("Write it as [one, two], or each on its own line after a dash.")
    ),
    "not_an_id": Sentences(
        _("This is no id of a person."), _("Copy the id from the page of that person, or leave it out.")
    ),
    "not_valid": Sentences(_("This isn't right."), _("Compare it with the published schema of this file.")),
    "health_is_confidential": Sentences(
        _("Health information is always of the highest confidentiality."), _("Set confidentiality to 3.")
    ),
    "harm_not_explained": Sentences(
        _("It isn't said what the patient suffers."),
        _("Describe in a sentence what happens to whom when this application fails or lies."),
    ),
    "delivered_before_start": Sentences(_("The delivery is before the start."), _("Check both dates.")),
    "file_too_large": Sentences(
        _("The file has %(size)s bytes; at most %(longest)s can be read."),
        _("Split it, or remove what doesn't belong in it."),
    ),
    "byte_order_mark": Sentences(_("The file begins with a byte order mark."), _("Save it as UTF-8 without BOM.")),
    "not_utf8": Sentences(_("The file isn't UTF-8 from here on."), _("Save it as UTF-8.")),
    "duplicate_key": Sentences(_("This name stands here twice."), _("Keep one of the two.")),
    "tab": Sentences(_("This line begins with a tab."), _("Indent with spaces.")),
    "not_yaml": Sentences(
        _("This is no YAML (%(problem)s)."),
        _("Check the indentation, colons, brackets and quotation marks on and above this line."),
    ),
    "too_deep": Sentences(
        _("Lists and names stand more than %(longest)s levels inside each other."), _("Remove levels.")
    ),
    "empty_file": Sentences(_("The file says nothing."), _("Begin it with the line ‘waarborg: assets/1’.")),
    "tag": Sentences(_("A value has a tag (!)."), _("Write the value without a tag.")),
    "alias_of_itself": Sentences(_("This contains itself by an alias (*)."), _("Write the value out.")),
    "too_many_values": Sentences(
        _("With every alias (*) written out, the file has more than %(longest)s values."), _("Use fewer aliases.")
    ),
    "conflict": Sentences(
        _("This was changed here and in the file."),
        _("Put what is right in the file, or here, and read the file in again."),
    ),
}
