"""The environment, read once into one frozen value. Nothing else reads it."""

import ipaddress
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from urllib.parse import urlsplit


class SettingProblem(Exception):
    """A setting cannot be used; the message is one line that says which and what to do."""


@dataclass(frozen=True)
class Settings:
    """Where things are and who we are.

    `authority_names` are the own authority's name and its aliases, the name first; `trusted_proxies` the machines
    whose word about a caller's address is taken.
    """

    data_dir: Path
    database_url: str | None
    secret_key: str
    base_url: str
    smtp_url: str | None
    authority_names: tuple[str, ...]
    host: str = "127.0.0.1"
    port: int = 8000
    idle_minutes: int = 30
    absolute_hours: int = 12
    trusted_proxies: tuple[str, ...] = ()

    @property
    def authority(self) -> str:
        return self.authority_names[0]

    @property
    def is_https(self) -> bool:
        return urlsplit(self.base_url).scheme == "https"

    @property
    def is_loopback(self) -> bool:
        """Whether the server listens to this machine alone."""
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False

    def lines(self) -> list[str]:
        """Every setting as `name: value`, secrets masked."""
        shown = []
        for field in fields(self):
            value = getattr(self, field.name)
            if field.name == "secret_key":
                value = "set (hidden)"
            elif field.name in ("database_url", "smtp_url") and value:
                value = _without_password(value)
            elif isinstance(value, tuple):
                value = "; ".join(value) or None
            shown.append(f"{field.name}: {value if value is not None else '(not set)'}")
        return shown


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """The settings of this process.

    Raises SettingProblem with one clear line where a value cannot be used.
    """
    env = os.environ if environment is None else environment
    data_dir = Path(env.get("HOMEWARD_DATA_DIR") or "var").resolve()
    host = env.get("HOST") or "127.0.0.1"
    port = _whole_number(env, "PORT", 8000, 0, 65535)
    base_url = (env.get("HOMEWARD_BASE_URL") or f"http://{host}:{port}").rstrip("/")
    if urlsplit(base_url).scheme not in ("http", "https") or not urlsplit(base_url).netloc:
        raise SettingProblem("HOMEWARD_BASE_URL must be an address such as https://homeward.example.org")
    database_url = env.get("HOMEWARD_DATABASE_URL") or None
    if database_url and urlsplit(database_url).scheme not in ("postgres", "postgresql"):
        raise SettingProblem("HOMEWARD_DATABASE_URL must begin with postgresql://")
    smtp_url = env.get("HOMEWARD_SMTP_URL") or None
    if smtp_url and urlsplit(smtp_url).scheme not in ("smtp", "smtps"):
        raise SettingProblem("HOMEWARD_SMTP_URL must begin with smtp:// or smtps://")
    names = tuple(
        n.strip() for n in (env.get("HOMEWARD_AUTHORITY") or "Exampleshire").split(";") if n.strip()
    )
    if not names:
        raise SettingProblem("HOMEWARD_AUTHORITY must name the authority, aliases after a semicolon")
    return Settings(
        data_dir=data_dir,
        database_url=database_url,
        secret_key=env.get("HOMEWARD_SECRET_KEY") or _own_secret_key(data_dir),
        base_url=base_url,
        smtp_url=smtp_url,
        authority_names=names,
        host=host,
        port=port,
        idle_minutes=_whole_number(env, "HOMEWARD_IDLE_MINUTES", 30, 1, 720),
        trusted_proxies=_proxies(env.get("HOMEWARD_TRUSTED_PROXIES", "")),
    )


def _proxies(text: str) -> tuple[str, ...]:
    found = tuple(one.strip() for one in text.split(",") if one.strip())
    try:
        for one in found:
            ipaddress.ip_network(one)
    except ValueError:
        raise SettingProblem(
            "HOMEWARD_TRUSTED_PROXIES must be addresses of proxies with commas between, such as 10.0.0.5"
        ) from None
    return found


def _whole_number(env: Mapping[str, str], name: str, default: int, least: int, most: int) -> int:
    text = env.get(name) or str(default)
    if not text.isdecimal() or not least <= int(text) <= most:
        raise SettingProblem(f"{name} must be a whole number from {least} to {most}, not {text!r}")
    return int(text)


def _own_secret_key(data_dir: Path) -> str:
    """The key made once for this data folder, readable by its owner alone."""
    path = data_dir / "secret-key"
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        data_dir.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    except OSError as problem:
        raise SettingProblem(f"HOMEWARD_DATA_DIR {data_dir} cannot be written: {problem.strerror}") from None
    with os.fdopen(handle, "w") as file:
        key = secrets.token_urlsafe(48)
        file.write(key)
    return key


def _without_password(url: str) -> str:
    parts = urlsplit(url)
    if parts.password is None:
        return url
    return url.replace(f":{parts.password}@", ":…@")
