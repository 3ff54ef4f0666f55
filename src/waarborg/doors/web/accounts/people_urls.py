"""Addresses of the pages of people, their roles and what waits."""

from django.urls import path

from waarborg.doors.web.accounts import asking, emergencies, people, person, reviews, roles, standing_in

REGISTRATION = "personen/aanvragen/<uuid:registration_id>"
PERSON = "personen/<uuid:person_id>"

urlpatterns = [
    path("personen/", people.people_page, name="people"),
    path("personen/nieuw/", asking.person_new, name="person-new"),
    path("personen/vervangen/", standing_in.stand_in_page, name="stand-in"),
    path(f"{REGISTRATION}/identiteit/", asking.registration_identify, name="registration-identify"),
    path(f"{REGISTRATION}/goedkeuren/", people.registration_approve, name="registration-approve"),
    path(f"{REGISTRATION}/intrekken/", people.registration_withdraw, name="registration-withdraw"),
    path(f"{PERSON}/", person.person_page, name="person"),
    path(f"{PERSON}/rol/", person.person_role, name="person-role"),
    path(f"{PERSON}/rollen/<uuid:held_id>/beeindigen/", person.role_end, name="role-end"),
    path(f"{PERSON}/identiteit/", person.person_verify, name="person-verify"),
    path(f"{PERSON}/zorgnummer/", person.person_number, name="person-number"),
    path(f"{PERSON}/zorgnummer/<uuid:number_id>/weg/", person.number_end, name="number-end"),
    path(f"{PERSON}/vertrek/", person.person_leave, name="person-leave"),
    path(f"{PERSON}/terug/", asking.person_return, name="person-return"),
    path("rollen/", roles.roles_page, name="roles"),
    path("rechten/", reviews.reviews_page, name="reviews"),
    path("noodtoegang/", emergencies.emergencies_page, name="emergencies"),
    path("noodtoegang/<uuid:emergency_id>/", emergencies.emergency_review, name="emergency-review"),
]
