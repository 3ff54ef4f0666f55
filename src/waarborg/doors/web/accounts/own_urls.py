"""Addresses of factors on the way in, of one's own account, and of getting back in after a loss."""

from django.urls import path

from waarborg.doors.web.accounts import account, factors, joining, recovering, sessions

urlpatterns = [
    path("inloggen/passkey/vraag/", factors.passkey_question, name="passkey-question"),
    path("inloggen/passkey/", factors.passkey_enter, name="passkey-enter"),
    path("tweede-factor/", factors.factor_page, name="factor"),
    path("tweede-factor/passkey/", factors.factor_passkey, name="factor-passkey"),
    path("tweede-factor/herstelcode/", factors.factor_code, name="factor-code"),
    path("tweede-factor/kwijt/", factors.factor_lost, name="factor-lost"),
    path("passkey/vraag/", factors.own_passkey_question, name="own-passkey-question"),
    path("kwijt/", factors.lost_page, name="lost"),
    path("kwijt/wachtwoord/", recovering.password_lost, name="password-lost"),
    path("account/", account.account_page, name="account"),
    path("account/app/", account.app_page, name="account-app"),
    path("account/passkey/", account.passkey_page, name="account-passkey"),
    path("account/factoren/<uuid:authenticator_id>/weg/", account.factor_remove, name="factor-remove"),
    path("account/herstelcodes/", account.recovery_codes_page, name="recovery-codes"),
    path("account/wachtwoord/", account.password_page, name="password"),
    path("account/code/", joining.join_page, name="join"),
    path("account/sessies/<uuid:session_id>/beeindigen/", sessions.session_end, name="session-end"),
    path("account/sessies/andere-beeindigen/", sessions.sessions_end, name="sessions-end"),
    path("account/inloggen/<uuid:session_id>/van-mij/", sessions.sign_in_mine, name="sign-in-mine"),
    path("account/inloggen/<uuid:session_id>/niet-van-mij/", sessions.sign_in_not_mine, name="sign-in-not-mine"),
    path("account/niet-van-mij/", sessions.not_me_page, name="not-me"),
    path("account/instelling/", sessions.scope_page, name="scope"),
    path("personen/kwijt/", recovering.recoveries_page, name="recoveries"),
    path("personen/<uuid:person_id>/kwijt/", recovering.recovery_ask, name="recovery-ask"),
    path("personen/kwijt/<uuid:recovery_id>/goedkeuren/", recovering.recovery_approve, name="recovery-approve"),
    path("personen/kwijt/<uuid:recovery_id>/intrekken/", recovering.recovery_withdraw, name="recovery-withdraw"),
]
