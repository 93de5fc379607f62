"""Officers, grants and client systems: our own models from the first migration on."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from oauth2_provider.models import AbstractApplication

from anling.access.roles import Role


class OfficerManager(BaseUserManager["Officer"]):
    """Makes officers with a hashed password."""

    def create_user(self, username: str, password: str | None = None, **fields: object) -> Officer:
        """A new officer; without a password nobody can sign in as them."""
        officer = self.model(username=username, **fields)
        officer.set_password(password)
        officer.save(using=self._db)
        return officer


class Officer(AbstractBaseUser):
    """Somebody who signs in. What they may do is in their grants alone."""

    username = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=100)
    is_active = models.BooleanField(default=True)
    language = models.CharField(
        max_length=10, blank=True, help_text="chosen by the officer; empty: as the browser asks"
    )
    must_choose_password = models.BooleanField(
        default=False, help_text="the password is a one-time one; its owner chooses their own first of all"
    )
    joined_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    objects: ClassVar[OfficerManager] = OfficerManager()

    class Meta:
        ordering = ("username",)

    def __str__(self) -> str:
        return self.name

    @property
    def key(self) -> str:
        """The lasting key under which acts of this officer are recorded."""
        return f"officer:{self.pk}"


class Grant(models.Model):
    """A role in a region for a time; leave and substitution are grants with an end (platform.md)."""

    officer = models.ForeignKey(Officer, models.CASCADE, related_name="grants")
    role = models.CharField(max_length=30, choices=Role.choices)
    region = models.CharField(max_length=12, blank=True, help_text="region prefix; empty for the administrators")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True, help_text="last day; null: until ended")
    substitute_for = models.ForeignKey(Officer, models.SET_NULL, null=True, blank=True, related_name="substitutes")
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ("officer", "valid_from", "pk")


class CommandSession(models.Model):
    """An officer signed in at the command line, until it ends (platform.md, "Who may do what")."""

    officer = models.ForeignKey(Officer, models.CASCADE, related_name="command_sessions")
    token_hash = models.CharField(max_length=64, unique=True, help_text="SHA-256 of the token, which is kept nowhere")
    machine = models.CharField(max_length=100, help_text="name of the machine")
    account = models.CharField(max_length=100, help_text="account of the machine under which it was begun")
    begun_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-begun_at", "-pk")


class Attempt(models.Model):
    """How often somebody has tried something in a stretch of time. One row that PostgreSQL itself counts up."""

    caller = models.CharField(max_length=64, help_text="SHA-256 of what is limited and of who asks")
    until = models.DateTimeField(help_text="end of the stretch")
    attempts = models.IntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["caller", "until"], name="attempt_by_stretch"),)
        indexes = (models.Index(fields=["until"], name="attempt_by_age"),)


class ClientSystem(AbstractApplication):
    """Another system that calls the API: a city's, a department's, a channel's. It acts in one region."""

    region = models.CharField(max_length=12, help_text="region prefix it may see and write")
    allowed_scopes = models.TextField(blank=True, help_text="OAuth scopes it may ask for, with blanks between")
    per_minute = models.PositiveIntegerField(default=600, help_text="requests")
    active = models.BooleanField(default=True, help_text="switched off it gets no token, and those it has open nothing")

    class Meta(AbstractApplication.Meta):
        swappable = "OAUTH2_PROVIDER_APPLICATION_MODEL"

    @property
    def key(self) -> str:
        """The lasting key under which acts of this client are recorded."""
        return f"client:{self.pk}"

    def is_usable(self, request: object) -> bool:
        """Whether a token may be given to it."""
        del request
        return bool(self.active)
