"""The addresses of the shell: home, my work, search, accounts, the house."""

from django.urls import path
from django.views.generic import RedirectView

from wellheard.web.styleguide import styleguide
from wellheard.web.views import account, entrance, health, home, hooks, members, places, search, work

urlpatterns = [
    path("", home.home, name="home"),
    path("work/", work.my_work, name="my-work"),
    path("work/<int:pk>/done/", work.task_done, name="task-done"),
    path("search/", search.search, name="search"),
    path("style/", styleguide, name="styleguide"),
    path("healthz", health.healthz, name="healthz"),
    path("first/<str:token>/", entrance.first_sign_in, name="first-sign-in"),
    path("account/", account.my_account, name="my_account"),
    path("account/theme/", account.theme, name="theme"),
    # Nobody signs up, and an account has one address: these pages of the sign-in library stay closed.
    path("account/signup/", RedirectView.as_view(pattern_name="account_login"), name="account_signup"),
    path("account/email/", RedirectView.as_view(pattern_name="my_account"), name="account_email"),
    path("members/", members.members, name="members"),
    path("members/new/", members.member_new, name="member-new"),
    path("members/<int:pk>/", members.member, name="member"),
    path("members/<int:pk>/roles/", members.member_roles, name="member-roles"),
    path("members/<int:pk>/access/", members.member_access, name="member-access"),
    path("members/<int:pk>/keys/", members.key_new, name="key-new"),
    path("members/<int:pk>/keys/<int:key>/revoke/", members.key_revoke, name="key-revoke"),
    path("sites/", places.sites, name="sites"),
    path("sites/new/", places.site_new, name="site-new"),
    path("sites/<int:pk>/", places.site, name="site"),
    path("hooks/", hooks.hooks, name="hooks"),
    path("hooks/new/", hooks.hook_new, name="hook-new"),
    path("hooks/<int:pk>/", hooks.hook, name="hook"),
    path("hooks/<int:pk>/edit/", hooks.hook_edit, name="hook-edit"),
    path("hooks/<int:pk>/do/", hooks.hook_do, name="hook-do"),
    path("hooks/<int:pk>/messages/<int:delivery>/again/", hooks.hook_send_again, name="hook-send-again"),
    path("organisation/", places.organisation, name="organisation"),
]
