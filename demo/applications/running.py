"""An application, from its definition to open ports and back to nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from demo.applications.accounts import Account
from demo.applications.certificates import DAYS, DAYS_WHEN_RUNNING_OUT, issue
from demo.applications.definitions import Application, Fault
from demo.applications.planting import plant
from demo.applications.ready import Running
from demo.applications.serving import Ports
from demo.applications.site import Site


@contextmanager
def running(application: Application, folder: Path, *, ca_certificate: Path, ca_key: Path) -> Iterator[Running]:
    """Run one application with its files in `folder`, until the block ends."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    server_file = folder / "server.pem"
    days = DAYS_WHEN_RUNNING_OUT if application.has(Fault.CERTIFICATE_RUNS_OUT) else DAYS
    issue(ca_certificate, ca_key, days=days, into=server_file)
    account, ports = Account(), Ports(application, server_file)
    ready = Running(application, f"{ports.address}/", ports.plain_port, ca_certificate.resolve(), folder, account)
    plant(application, ready.repository)
    ready.write()
    ports.serve(Site(application, account, address=ports.address).answer)
    try:
        yield ready
    finally:
        ports.close()
