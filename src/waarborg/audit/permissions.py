from waarborg.kernel.actor import Permission

READ_LOG = Permission("audit.read_log")
