"""Who: user, household, membership, invitation, consent."""

from datetime import datetime
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.utils import timezone

from sessions_app import names
from sessions_app.base import Stored, new_id


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str | None, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=self.normalize_email(email) if email else None, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str, **fields: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """A person. The e-mail address is the login; a guest, who only tries the virtual panel, has none."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    email = models.EmailField(unique=True, null=True, blank=True)
    display_name = models.CharField(max_length=80, blank=True)
    colour = models.CharField(max_length=20, default="amber")
    zone = models.CharField(max_length=64, default="UTC")
    """IANA time zone, taken from the phone."""
    theme = models.CharField(max_length=10, default="auto")
    phototype = models.PositiveSmallIntegerField(null=True, blank=True)
    """Of the skin, 1-6 (Fitzpatrick), where the person says it; kept only with their consent. It can only lower a limit."""
    field_clocks = models.JSONField(default=dict)
    guest = models.BooleanField(default=False)
    guest_until = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    """Shut by themselves: signed in nowhere, and erased a week later unless they sign in again [A5]."""
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    date_joined = models.DateTimeField(default=timezone.now)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = UserManager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(guest=True, email__isnull=True, guest_until__isnull=False)
                | models.Q(guest=False, email__isnull=False),
                name="user_is_guest_or_has_email",
            )
        ]

    def __str__(self) -> str:
        return self.display_name or self.email or "guest"

    def is_over(self, now: datetime) -> bool:
        """Nobody is let in as them: their account is closed, or a guest's day has passed and the next tick deletes them."""
        return self.closed_at is not None or (self.guest_until is not None and self.guest_until <= now)

    @property
    def shown_name(self) -> str:
        """As others read it [M33]; empty where nothing of it is seen. Phones may have written anything."""
        return names.clean(self.display_name)


class Household(Stored):
    """Owns bridges and panels. Records belong to one person and are seen by nobody else."""

    name = models.CharField(max_length=80)
    demo = models.BooleanField(default=False)
    """The instance's one demo household: only virtual panels may ever belong to it."""

    def __str__(self) -> str:
        return self.name


class Membership(Stored):
    class Role(models.TextChoices):
        OWNER = "owner"
        MEMBER = "member"

    household = models.ForeignKey(Household, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=10, choices=Role)
    since = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["household", "user"], name="one_membership_each")]

    def __str__(self) -> str:
        return f"{self.user} in {self.household}"


class Invitation(Stored):
    """Lets one person into a household, once, for a day [M10]. Its code is kept as a hash only."""

    household = models.ForeignKey(Household, on_delete=models.CASCADE, related_name="invitations")
    made_by = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    code_hash = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField(db_index=True)
    used_by = models.ForeignKey(User, on_delete=models.CASCADE, null=True, related_name="+")
    """Who joined by it; nobody else can."""

    def __str__(self) -> str:
        return f"invitation to {self.household}"


class Consent(Stored):
    """Explicit consent to keep health records (GDPR Art. 9), with the words' version."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="consents")
    version = models.CharField(max_length=20)
    given_at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.user}: {self.version}"
