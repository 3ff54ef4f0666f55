"""Many who guess passwords at once, each from an address and with names of its own; says at its end how it was answered.

Their own work isn't that of the server, so they take of this machine only what is left.
"""

import asyncio
import json
import os
import re
import signal
import sys
from collections import Counter
from urllib.parse import urlencode

from bench.asking import Browser

PAUSE = 0.1
"""Seconds between an answer and the next guess of one client."""
STATUS = re.compile(rb"^HTTP/1\.1 (\d{3})")


async def guess(number: int, browser: Browser, token: str, answers: Counter[str]) -> None:
    """Guess without end, each time another name."""
    attempt = 0
    while True:
        attempt += 1
        form = {"csrfmiddlewaretoken": token, "name": f"flood.{number}.{attempt}", "password": "een gok"}
        answers[await _ask(browser, urlencode(form))] += 1
        await asyncio.sleep(PAUSE)


async def _ask(browser: Browser, body: str) -> str:
    cookies = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    head = (
        f"POST /inloggen/ HTTP/1.1\r\nHost: 127.0.0.1:{browser.port}\r\nConnection: close\r\nCookie: {cookies}\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", browser.port, local_addr=(browser.address, 0))
        writer.write((head + body).encode())
        answer = await reader.read()
        writer.close()
    except OSError:
        return "none"
    found = STATUS.match(answer)
    return found.group(1).decode() if found else "none"


async def main(port: int, clients: int) -> None:
    os.nice(19)
    answers = Counter[str]()
    browser = Browser(port)
    token = browser.form_token("/inloggen/")
    tasks = [
        asyncio.create_task(guess(each, Browser(port, f"127.0.{each}.7", browser.cookies), token, answers))
        for each in range(1, clients + 1)
    ]
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, lambda: [task.cancel() for task in tasks])
    await asyncio.gather(*tasks, return_exceptions=True)
    print(json.dumps(answers))


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), int(sys.argv[2])))
