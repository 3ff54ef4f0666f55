from waarborg.kernel.actor import Permission

FOUND_ORGANISATION = Permission("registers.found_organisation")
REGISTER_CUSTOMER = Permission("registers.register_customer")
CLASSIFY_INFORMATION = Permission("registers.classify_information")
REGISTER_APPLICATION = Permission("registers.register_application")
RETIRE_APPLICATION = Permission("registers.retire_application")
REGISTER_ENVIRONMENT = Permission("registers.register_environment")
REGISTER_PROJECT = Permission("registers.register_project")
RECORD_REVIEW = Permission("registers.record_review")
EXPORT_ASSETS = Permission("registers.export_assets")
IMPORT_ASSETS = Permission("registers.import_assets")

OF_EVERYONE = frozenset({EXPORT_ASSETS})
"""Of every role that may come in: what the registers hold is no personal data, and each export is logged."""
OF_ADMINISTRATORS = frozenset({REGISTER_CUSTOMER})
OF_SECURITY_OFFICERS = frozenset({REGISTER_CUSTOMER, CLASSIFY_INFORMATION, RETIRE_APPLICATION, RECORD_REVIEW})
OF_DEVOPS_LEADS = frozenset(
    {
        REGISTER_CUSTOMER,
        CLASSIFY_INFORMATION,
        REGISTER_APPLICATION,
        RETIRE_APPLICATION,
        REGISTER_ENVIRONMENT,
        REGISTER_PROJECT,
        RECORD_REVIEW,
        IMPORT_ASSETS,
    }
)
OF_THE_CONSOLE = OF_DEVOPS_LEADS | {FOUND_ORGANISATION, EXPORT_ASSETS}
"""Whoever has the machine's own account: the first organisation, and the registers from and to git."""
