from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "wellheard.web"
    label = "web"

    def ready(self) -> None:
        from wellheard.core.models.members import Member
        from wellheard.core.navigation import Place, register_place
        from wellheard.core.tasks import work_of

        def open_tasks(member: Member) -> int:
            return work_of(member).count()

        register_place(Place("", "Home", "home", order=1))
        register_place(Place("", "My work", "my-work", order=2, count=open_tasks))
        register_place(Place("Lead", "Webhooks", "hooks", order=95, permission="core.see_webhook"))
        register_place(Place("Lead", "Members and sites", "members", order=90, permission="core.add_member"))
