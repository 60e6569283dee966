"""Asks a demo server everything that its description allows, and much that it does not, as each role.

Called by `cargo xtask schemathesis` as `run.py ADDRESS DATA BINARY`, with the Python that has schemathesis. People sign up
and in through the public interface; their codes are read from the outbox of the server's data folder.
"""

import os
import pathlib
import subprocess
import sys
import time

import requests

HERE = pathlib.Path(__file__).parent
PASSWORD = "a long walk by the sea"
LETTER = "# Discharge letter\n\n## Medicines\n\nApixaban 5 mg twice a day was started for atrial fibrillation.\n"
# For how many seconds a letter may be read.
READING = 60
# Each role with what is asked as it. A patient may do most, so as a patient all of it is asked, and made-up requests and
# sequences of them on top, until the time is over; as the others what their role is about.
PATIENT = ["--max-time", "80"]
OTHERS = ["--phases", "examples,coverage"]
for tag in ("Documents", "Cases", "Sharing", "Alerts", "Reviews", "Feedback", "Operations"):
    OTHERS += ["--include-tag", tag]
ROLES = [("patient", PATIENT), ("clinician", OTHERS), ("admin", OTHERS)]


def code_of(data, email):
    """The code of the newest letter to this address."""
    letters = [path for path in sorted((data / "outbox").glob("*.eml")) if email in path.read_text()]
    lines = (line.strip() for line in letters[-1].read_text().splitlines())
    return next(line for line in lines if len(line) == 6 and line.isdigit())


def post(address, path, body, token=None):
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    answer = requests.post(address + path, json=body, headers=headers, timeout=60)
    answer.raise_for_status()
    return answer.json()


def somebody(address, data, binary, name, role):
    """Signs somebody up, gives them their role, and signs them in with it."""
    email = f"{name}@people.example"
    post(address, "/auth/signup", {"email": email, "password": PASSWORD, "first_name": name.title(), "last_name": "Tester"})
    tokens = post(address, "/auth/verify-email", {"email": email, "code": code_of(data, email)})
    if role == "patient":
        return tokens["access_token"]
    environment = {**os.environ, "ANAMNESIS_DATA": str(data)}
    subprocess.run([binary, "user", "role", email, role], check=True, env=environment, cwd=data, stdout=subprocess.DEVNULL)
    post(address, "/auth/signin", {"email": email, "password": PASSWORD})
    return post(address, "/auth/verify-signin", {"email": email, "code": code_of(data, email)})["access_token"]


def uploaded(address, token):
    """The id of a letter of theirs, once it is read."""
    headers = {"Authorization": f"Bearer {token}"}
    file = {"file": ("letter.md", LETTER, "text/markdown")}
    answer = requests.post(address + "/api/documents", files=file, headers=headers, timeout=60)
    answer.raise_for_status()
    letter, until = answer.json(), time.monotonic() + READING
    while letter["status"] == "reading" and time.monotonic() < until:
        time.sleep(0.2)
        answer = requests.get(f"{address}/api/documents/{letter['id']}", headers=headers, timeout=60)
        answer.raise_for_status()
        letter = answer.json()
    if letter["status"] != "ready":
        sys.exit(f"the letter was not read: {letter}")
    return letter["id"]


def ask(address, token, options):
    """One run of schemathesis, with something of theirs to be found; whether everything held."""
    conversation = post(address, "/api/chat/conversations", {"title": "My knee"}, token)["id"]
    case = post(address, "/api/clinic/diagnosis", {"symptoms": ["fever", "cough"]}, token)["case_id"]
    environment = {**os.environ, "CONVERSATION": conversation, "CASE": case, "DOCUMENT": uploaded(address, token)}
    program = pathlib.Path(sys.executable).with_name("schemathesis")
    command = [program, "--config-file", HERE / "schemathesis.toml", "run", address + "/api/openapi.json"]
    # With one worker, as is usual: with more, what it draws is not the same twice.
    command += ["-H", f"Authorization: Bearer {token}", "--generation-deterministic", "--no-color", *options]
    return subprocess.run(command, check=False, cwd=HERE, env=environment).returncode == 0


def main():
    address, data, binary = sys.argv[1].rstrip("/"), pathlib.Path(sys.argv[2]), sys.argv[3]
    only = sys.argv[4:]
    held = True
    for role, options in ROLES:
        print(f"\n── as {role}", flush=True)
        token = somebody(address, data, binary, role, role)
        # Signing out would end the token that the others are asked with.
        held = ask(address, token, ["--exclude-operation-id", "sign_out", *options, *only]) and held
    print("\n── signing out", flush=True)
    token = somebody(address, data, binary, "leaving", "patient")
    held = ask(address, token, ["--include-operation-id", "sign_out", "--max-examples", "3"]) and held
    sys.exit(0 if held else 1)


if __name__ == "__main__":
    main()
