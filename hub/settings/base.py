"""Settings of an instance. What differs between instances comes from :mod:`hub.env` alone."""

from __future__ import annotations

from typing import Any

import environ
from django.utils.translation import gettext_lazy as _

from hub.env import PROJECT, env
from hub.logs import logging_config

BASE_DIR = PROJECT
DEBUG = env.debug
SECRET_KEY = env.secret_key
ALLOWED_HOSTS = [env.host, "127.0.0.1", "localhost"]
CSRF_TRUSTED_ORIGINS = [env.origin]
ROOT_URLCONF = "hub.urls"
WSGI_APPLICATION = "hub.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
APPEND_SLASH = True

INSTALLED_APPS = [
    "hub.site",
    # Before search: what peers wait for is sent before this instance indexes it.
    "federation",
    "search",
    "events",
    "content",
    "theme",
    "hub.accounts",
    "hub.messages",
    "hub.catalogue",
    "hub.files",
    "hub.municipalities",
    "fixtures",
    "wagtail_localize",
    "wagtail_localize.locales",
    "wagtail.contrib.settings",
    "wagtail.contrib.typed_table_block",
    "wagtail.contrib.redirects",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.idp.oidc",
    "procrastinate.contrib.django",
    "django_tasks",
    "django_tasks_db",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.sitemaps",
]

MIDDLEWARE = [
    "hub.middleware.RequestLog",
    "django.middleware.security.SecurityMiddleware",
    "hub.middleware.ContentSecurityPolicy",
    "hub.middleware.NoNul",
    "federation.activitypub.negotiation.LeadsToObjects",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "hub.middleware.Languages",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "hub.accounts.unsent.UnsentMiddleware",
    "hub.accounts.middleware.SessionActivityMiddleware",
    "hub.accounts.middleware.SecondFactorMiddleware",
    "hub.accounts.middleware.ViewerMiddleware",
    "hub.accounts.authorization.AuthorizationGuard",
    "federation.members.middleware.ManagedAtHome",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "hub.site.context.instance",
            ],
        },
    }
]

# A pooled connection outlives its request: without reuse pages fall from 107 to 71 a second.
DATABASES: dict[str, dict[str, Any]] = {"default": environ.Env.db_url_config(env.database_url)}
DATABASES["default"] |= {"ENGINE": "django.db.backends.postgresql", "CONN_MAX_AGE": 0}
DATABASES["default"]["OPTIONS"] = {
    **DATABASES["default"].get("OPTIONS", {}),
    "pool": {"min_size": 1, "max_size": 12, "timeout": 10},
}
if _socket := DATABASES["default"]["OPTIONS"].pop("host", ""):
    DATABASES["default"]["HOST"] = _socket

# Rate limits, authorisation codes and used one-time codes count for all processes of an instance.
CACHES: dict[str, dict[str, Any]] = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    },
    # Files made from documents, by what they show; each machine may have its own. None has more than 5 MB
    # (hub.site.exports.printing), so they take up 2 GB at most.
    "rendered": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": env.data_dir.absolute() / "rendered",
        "TIMEOUT": 30 * 24 * 3600,
        "OPTIONS": {"MAX_ENTRIES": 400},
    },
}

AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_USER_MODEL = "accounts.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "hub.accounts.passwords.NotPersonal"},
    {"NAME": "hub.accounts.passwords.LongEnough", "OPTIONS": {"min_length": 12}},
    {"NAME": "hub.accounts.passwords.NotCommon"},
    {"NAME": "hub.accounts.passwords.NotGuessable"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/mein/"
LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "hub.accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_SIGNUP_REDIRECT_URL = "/konto/beitritt/"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_PRESERVE_USERNAME_CASING = False
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
# Only in the browser of the sign-up: with the link alone nobody is signed in.
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = f"Wissenshub {env.name}: "
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if env.secure else "http"
ACCOUNT_FORMS = {
    "login": "hub.accounts.forms.SignInForm",
    "signup": "hub.accounts.forms.SignUpForm",
    "add_email": "hub.accounts.forms.ChangeAddressForm",
    "change_password": "hub.accounts.forms.ChangePasswordForm",
    "set_password": "hub.accounts.forms.SetPasswordForm",
    "reset_password": "hub.accounts.forms.ResetPasswordForm",
    "reset_password_from_key": "hub.accounts.forms.ResetPasswordKeyForm",
    "reauthenticate": "hub.accounts.forms.ConfirmPasswordForm",
}
# A town hall has one address to the outside, and so has the hall of a barcamp in which hundreds sign in
# within the same minute. Limits by address leave room for them; those by account ("key") stop guessing.
ACCOUNT_RATE_LIMITS = {
    "login": "600/m/ip",
    "login_failed": "150/5m/ip,5/5m/key",
    "signup": "30/h/ip",
    "reset_password": "150/h/ip,5/h/key",
    "reset_password_from_key": "150/m/ip",
    "confirm_email": "1/3m/key",
    "change_password": "5/m/user",
    "manage_email": "10/m/user",
    "reauthenticate": "10/m/user",
    "lost_factor": "30/h/ip,3/h/key",
    "invite": "60/h/user,3/h/key",
}
ALLAUTH_TRUSTED_PROXY_COUNT = env.trusted_proxies

SECOND_FACTOR_REQUIRED = env.second_factor == "required"
MFA_ADAPTER = "hub.accounts.adapter.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not env.secure
MFA_TOTP_ISSUER = f"Wissenshub {env.name}"
MFA_TOTP_PERIOD = 30
MFA_TOTP_TOLERANCE = 1
# Without a confirmed address nobody is signed in; a change of address may be waiting meanwhile.
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_RATE_LIMITS = {"webauthn_login": "600/m/ip"}
MFA_FORMS = {
    "authenticate": "hub.accounts.forms.FactorForm",
    "reauthenticate": "hub.accounts.forms.ConfirmFactorForm",
    "activate_totp": "hub.accounts.forms.StartAppForm",
    "add_webauthn": "hub.accounts.forms.AddPasskeyForm",
    "edit_webauthn": "hub.accounts.forms.RenamePasskeyForm",
}

# This hub as a provider: peers sign their members in with it. Codes live a minute, ID tokens five.
IDP_OIDC_ADAPTER = "federation.members.provider.FederatedIdentityProvider"
IDP_OIDC_AUTHORIZATION_CODE_EXPIRES_IN = 60
IDP_OIDC_ID_TOKEN_EXPIRES_IN = 5 * 60
IDP_OIDC_ACCESS_TOKEN_EXPIRES_IN = 12 * 3600
# allauth always makes one; no client may use it.
IDP_OIDC_REFRESH_TOKEN_EXPIRES_IN = 60
SOCIALACCOUNT_ADAPTER = "hub.accounts.social.adapter.CityAdapter"
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {"provider_class": "hub.accounts.social.provider.CityProvider"},
}

# Cookies ignore ports, so the hubs of one machine need names of their own.
SESSION_COOKIE_NAME = f"hub_{env.slug}_session"
CSRF_COOKIE_NAME = f"hub_{env.slug}_csrf"
LANGUAGE_COOKIE_NAME = f"hub_{env.slug}_language"
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = env.secure
SECURE_SSL_REDIRECT = env.secure
SECURE_HSTS_SECONDS = 31_536_000 if env.secure else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = False
SECURE_HSTS_PRELOAD = False
SECURE_REDIRECT_EXEMPT = [r"^health/"]
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"
if env.trusted_proxies:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

LANGUAGE_CODE = "de"
INTERFACE_LANGUAGES = [("de", _("German")), ("en", _("English"))]
# Wagtail takes no language of content that Django does not know. The interface is never shown in the third.
LANGUAGES = [*INTERFACE_LANGUAGES, ("de-simple", _("German, simplified"))]
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES
# A translation begins as a draft, else the German wording would be published as the English one.
WAGTAILLOCALIZE_SYNC_LIVE_STATUS_ON_TRANSLATE = False
WAGTAIL_I18N_ENABLED = True
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Berlin"
LOCALE_PATHS = [BASE_DIR / "hub" / "locale"]
FORMAT_MODULE_PATH = ["hub.formats"]

STATIC_URL = "/static/"
STATIC_ROOT = env.static_root
STATICFILES_DIRS = [
    ("kern", BASE_DIR / "node_modules" / "@kern-ux" / "native" / "dist"),
    ("htmx", BASE_DIR / "node_modules" / "htmx.org" / "dist"),
    ("jsqr", BASE_DIR / "node_modules" / "jsqr" / "dist"),
    ("tus", BASE_DIR / "node_modules" / "tus-js-client" / "dist"),
]
MEDIA_ROOT = env.data_dir / "media"
MEDIA_URL = "/media/"
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "hub.files.library.LibraryStorage"},
    "content": {"BACKEND": "hub.files.storage.ContentStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
if env.s3_bucket:
    _s3: dict[str, Any] = {"bucket_name": env.s3_bucket, "endpoint_url": env.s3_endpoint or None}
    _s3 |= {"querystring_auth": True}
    # A file that is opened is fetched whole: beyond so many bytes it is kept on the disk meanwhile.
    _s3 |= {"max_memory_size": 8 * 1024 * 1024}
    STORAGES["default"] = {
        "BACKEND": "hub.files.s3.S3LibraryStorage",
        "OPTIONS": {**_s3, "location": "media", "file_overwrite": False},
    }
    STORAGES["content"] = {
        "BACKEND": "hub.files.s3.S3ContentStorage",
        "OPTIONS": {**_s3, "location": "content"},
    }
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000

vars().update(environ.Env.email_url_config(env.email_url))
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.mail_from
EMAIL_TIMEOUT = 10  # seconds; a server that accepts and stays silent would hold the request for ever

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

WAGTAIL_SITE_NAME = f"Wissenshub {env.name}"
WAGTAILADMIN_BASE_URL = env.origin
WAGTAILADMIN_LOGIN_URL = WAGTAIL_FRONTEND_LOGIN_URL = "/admin/login/"
# Address and password are changed where they are confirmed: under /konto/.
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
# What authors hand in is mailed to those who decide about it in their body, not to the operators.
WAGTAILADMIN_NOTIFICATION_INCLUDE_SUPERUSERS = False
# Half a second after each change, as Wagtail has it, a draft saved by itself overtakes a click on "publish",
# which is then refused as the edit of somebody else.
WAGTAIL_AUTOSAVE_INTERVAL = 10_000
WAGTAILADMIN_PERMITTED_LANGUAGES = INTERFACE_LANGUAGES
# As people here type them. Every interface language has to read these (hub.formats).
WAGTAIL_DATE_FORMAT = "%d.%m.%Y"
WAGTAIL_DATETIME_FORMAT = "%d.%m.%Y %H:%M"
WAGTAILIMAGES_EXTENSIONS = ["gif", "jpg", "jpeg", "png", "webp", "svg"]
WAGTAILIMAGES_IMAGE_FORM_BASE = "content.image_forms.ImageForm"
WAGTAILDOCS_DOCUMENT_FORM_BASE = "content.uploading.document_form.DocumentForm"
# Nothing of the library is opened in place: a PDF may run scripts as well.
WAGTAILDOCS_INLINE_CONTENT_TYPES: list[str] = []
WAGTAILSEARCH_BACKENDS = {
    "default": {"BACKEND": "wagtail.search.backends.database", "SEARCH_CONFIG": "german"}
}

LOGGING_CONFIG = None
LOGGING = logging_config(env.log_format)

# Both stay out of the identity of a public site that may share its domain with others.
# And previews of the editor are frames of the same origin (W019).
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W019", "security.W021"]
