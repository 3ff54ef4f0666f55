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
READ_REGISTER = Permission("registers.read_register")
KEEP_UNITS = Permission("registers.keep_units")
"""Name the wards and groups of devices for which a role can be held alone."""
