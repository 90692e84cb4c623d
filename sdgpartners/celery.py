"""The Celery app and the static beat table. Rows are the queue; the beat looks for rows that wait."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sdgpartners.settings")

app = Celery("sdgpartners")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
# A tick that no worker took before the next one is dropped: a worker that was away finds no pile of them.
app.conf.beat_schedule = {
    "drain the outbox": {
        "task": "notifications.drain_outbox",
        "schedule": 10.0,
        "options": {"expires": 10},
    },
    "run waiting jobs": {
        "task": "documents.run_waiting_jobs",
        "schedule": 10.0,
        "options": {"expires": 10},
    },
    "scan waiting files": {
        "task": "documents.scan_waiting_files",
        "schedule": 30.0,
        "options": {"expires": 30},
    },
    "remove stale uploads": {
        "task": "documents.remove_stale_uploads",
        "schedule": 3600.0,
        "options": {"expires": 3600},
    },
    "queue what is due": {
        "task": "notifications.send_due",
        "schedule": 900.0,
        "options": {"expires": 900},
    },
    "mail about information sessions": {
        "task": "applications.send_information_mails",
        "schedule": 900.0,
        "options": {"expires": 900},
    },
    # Hourly: a beat that is started anew within each day would never come to a daily round.
    "forget unconfirmed requests to join": {
        "task": "people.purge_join_requests",
        "schedule": 3600.0,
        "options": {"expires": 3600},
    },
    "forget sign-ups and self-checks": {
        "task": "applications.purge_call_interest",
        "schedule": 3600.0,
        "options": {"expires": 3600},
    },
    "let unanswered matches lapse": {
        "task": "matching.lapse_proposals",
        "schedule": 3600.0,
        "options": {"expires": 3600},
    },
    "close partnerships whose last days have come": {
        "task": "matching.close_what_is_due",
        "schedule": 3600.0,
        "options": {"expires": 3600},
    },
    "open reviews of joint plans": {
        "task": "matching.open_plan_reviews",
        "schedule": 3600.0,
        "options": {"expires": 3600},
    },
    "finish hand-overs of contact persons": {
        "task": "matching.complete_hand_overs",
        "schedule": 3600.0,
        "options": {"expires": 3600},
    },
}
