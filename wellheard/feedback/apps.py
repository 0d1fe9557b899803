from django.apps import AppConfig


class FeedbackConfig(AppConfig):
    name = "wellheard.feedback"
    label = "feedback"
