"""Who may speak: the keys of the embedded broker, one credential per station, and the tokens of the evidence upload.

All secrets lie in DATA/secrets (0700, files 0600). The broker trusts an operator key; the operator signs one account for records
and one for the server's own questions; the account signs users. A user's rights stand inside its own credential, so a new station
needs neither a reload nor a list on the server.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import secrets
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import nkeys
from msgspec import Struct

from lineside.stream.subjects import inbox_prefix, may_hear, may_publish
from lineside.types.errors import UnavailableError
from lineside.types.identity import StationKey, is_id

_UNLIMITED = {"subs": -1, "data": -1, "payload": -1}


class Seeds(Struct, frozen=True):
    """DATA/secrets/keys.json: what everything else can be derived from. Losing it means issuing every credential again."""

    operator: str
    account: str
    system: str
    evidence: str
    """Hex; the key of the upload tokens."""


class Credentials:
    """Issues and checks. `load` makes the keys once and finds them again at every later start."""

    def __init__(self, data: Path, seeds: Seeds) -> None:
        self._data = data
        self._evidence = bytes.fromhex(seeds.evidence)
        self._operator = _pair(seeds.operator)
        self._account = _pair(seeds.account)
        self._system = _pair(seeds.system)

    @classmethod
    def load(cls, data: Path) -> Credentials:
        path = secrets_folder(data) / "keys.json"
        try:
            return cls(data, msgspec.json.decode(path.read_bytes(), type=Seeds))
        except FileNotFoundError:
            operator, account, system = (_new_seed(kind) for kind in ("operator", "account", "system"))
            seeds = Seeds(operator, account, system, evidence=secrets.token_hex(32))
            write_secret(path, msgspec.json.format(msgspec.json.encode(seeds)))
            return cls(data, seeds)
        except (msgspec.DecodeError, ValueError, nkeys.NkeysError) as error:
            raise UnavailableError(f"The keys in {path} cannot be read ({error}).", "Put the file back from a backup.") from None

    def server_section(self) -> str:
        """The part of the broker's configuration that makes it trust these keys."""
        account, system = _public(self._account), _public(self._system)
        return (
            f"operator: {self._operator_jwt()}\nsystem_account: {system}\nresolver: MEMORY\n"
            f"resolver_preload {{\n  {account}: {self._account_jwt('lineside', self._account, jetstream=True)}\n"
            f"  {system}: {self._account_jwt('system', self._system, jetstream=False)}\n}}\n"
        )

    def issue_hub_credentials(self) -> Path:
        """May say and hear everything in the records' account."""
        return self._issue("hub", self._account, secrets_folder(self._data) / "hub.creds", [">"], [">"])

    def issue_system_credentials(self) -> Path:
        """May ask the server about itself."""
        return self._issue("system", self._system, secrets_folder(self._data) / "system.creds", [">"], [">"])

    def issue_station_credentials(self, key: StationKey) -> Path:
        """DATA/credentials/<site>-<line>-<station>.creds, which allows this station its own names and nothing else; and beside it
        `.token` for the evidence upload. Files that already say so are left alone: a running station has them open."""
        folder = _private_folder(self._data / "credentials")
        stem = f"{key.site}-{key.line}-{key.station}"
        write_secret(folder / f"{stem}.token", self.station_token(key).encode())
        hears = [*may_hear(key), f"{inbox_prefix(key)}.>"]
        return self._issue(str(key), self._account, folder / f"{stem}.creds", list(may_publish(key)), hears)

    def station_token(self, key: StationKey) -> str:
        """The bearer token of a station: its name and a keyed digest of it, so that nothing need be stored."""
        name = f"{key.site}.{key.line}.{key.station}"
        return f"{name}.{hmac.new(self._evidence, name.encode(), hashlib.sha256).hexdigest()}"

    def check_station_token(self, token: str) -> StationKey | None:
        """The station whose token this is; None for anything else."""
        *parts, _ = token.strip().split(".")
        if len(parts) != 3 or not all(is_id(part) for part in parts):
            return None
        key = StationKey(*parts)
        return key if hmac.compare_digest(self.station_token(key).encode(), token.strip().encode()) else None

    def _issue(self, name: str, account: nkeys.KeyPair, path: Path, publish: Sequence[str], hear: Sequence[str]) -> Path:
        rights = {"pub": {"allow": list(publish)}, "sub": {"allow": list(hear)}, **_UNLIMITED}
        if not _already_grants(path, rights, _public(account)):
            seed = _new_seed("user")
            claims = {**rights, "type": "user", "version": 2}
            token = _sign(account, {"name": name, "sub": _public(_pair(seed)), "nats": claims})
            write_secret(path, _CREDS.format(jwt=token, seed=seed).encode())
        return path

    def _operator_jwt(self) -> str:
        claims = {"type": "operator", "version": 2, "system_account": _public(self._system)}
        return _sign(self._operator, {"name": "lineside", "sub": _public(self._operator), "nats": claims})

    def _account_jwt(self, name: str, pair: nkeys.KeyPair, *, jetstream: bool) -> str:
        limits: dict[str, Any] = {**_UNLIMITED, "imports": -1, "exports": -1, "wildcards": True, "conn": -1, "leaf": -1}
        if jetstream:
            limits |= {"mem_storage": -1, "disk_storage": -1, "streams": -1, "consumer": -1}
        claims = {"type": "account", "version": 2, "limits": limits, "default_permissions": {"pub": {}, "sub": {}}}
        return _sign(self._operator, {"name": name, "sub": _public(pair), "nats": claims})


def secrets_folder(data: Path) -> Path:
    return _private_folder(data / "secrets")


def write_secret(path: Path, content: bytes) -> None:
    """Atomic and never readable by others, not even for an instant. Leaves an equal file alone."""
    if path.exists() and path.read_bytes() == content:
        return
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def _private_folder(path: Path) -> Path:
    try:
        path.mkdir(parents=True, exist_ok=True)
        path.chmod(0o700)
    except OSError as error:
        raise UnavailableError(
            f"The folder {path} cannot be used ({error.strerror}).", "Choose a --data folder that can be written."
        ) from None
    return path


def _new_seed(kind: str) -> str:
    return str(nkeys.encode_seed(secrets.token_bytes(32), _PREFIXES[kind]).decode())


def _pair(seed: str) -> nkeys.KeyPair:
    return nkeys.from_seed(seed.encode())


def _public(pair: nkeys.KeyPair) -> str:
    return str(pair.public_key.decode()).rstrip("=")


def _sign(issuer: nkeys.KeyPair, claims: dict[str, Any]) -> str:
    """A JWT as the broker reads it: Ed25519 over header.payload, keys in their own base32."""
    full = {**claims, "iss": _public(issuer), "iat": int(time.time())}
    digest = hashlib.sha256(msgspec.json.encode(full)).digest()
    full["jti"] = base64.b32encode(digest).decode().rstrip("=")
    signed = f"{_base64(_JWT_HEADER)}.{_base64(msgspec.json.encode(full))}"
    return f"{signed}.{_base64(issuer.sign(signed.encode()))}"


def _already_grants(path: Path, rights: dict[str, Any], issuer: str) -> bool:
    """Whether the credential at `path` comes from this account and grants exactly `rights`."""
    try:
        payload = path.read_text().split("-----\n", 2)[1].split(".")[1]
        claims = msgspec.json.decode(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        return claims["iss"] == issuer and all(claims["nats"].get(name) == value for name, value in rights.items())
    except (OSError, IndexError, KeyError, ValueError, msgspec.DecodeError):
        return False


def _base64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


_PREFIXES = {
    "operator": nkeys.PREFIX_BYTE_OPERATOR,
    "account": nkeys.PREFIX_BYTE_ACCOUNT,
    "system": nkeys.PREFIX_BYTE_ACCOUNT,
    "user": nkeys.PREFIX_BYTE_USER,
}
_JWT_HEADER = b'{"typ":"JWT","alg":"ed25519-nkey"}'
_CREDS = """-----BEGIN NATS USER JWT-----
{jwt}
------END NATS USER JWT------

-----BEGIN USER NKEY SEED-----
{seed}
------END USER NKEY SEED------
"""
