"""The worker: schedules (each run claimed in the database) and the queue of Django's Tasks API."""

import logging
import signal
from types import FrameType

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from django.db import close_old_connections, connection
from django_tasks_db.management.commands.db_worker import Worker

from wellheard.core.jobs import SCHEDULE, Scheduled, run_due

logger = logging.getLogger(__name__)


def run_job(job: Scheduled) -> None:
    """One run, on a connection that is looked after."""
    close_old_connections()
    try:
        run_due(job)
    finally:
        connection.close()


def work() -> int:
    """Work until told to stop."""
    scheduler = BackgroundScheduler(
        executors={"default": ThreadPoolExecutor(2)},
        # A machine that was busy or asleep runs a late job once, when it can.
        job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        timezone="UTC",
    )
    for job in SCHEDULE.values():
        scheduler.add_job(
            run_job, "interval", [job], seconds=min(job.seconds, 60), max_instances=1, coalesce=True, id=job.name
        )
    scheduler.start()
    for job in SCHEDULE.values():
        if job.seconds > 60:
            scheduler.add_job(run_job, "date", [job], id=f"{job.name} at the start")
    queue = Worker(
        queue_names=["*"],
        interval=1,
        batch=False,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id="",
        excluded_queue_names=[],
    )

    def stop(signum: int, frame: FrameType | None) -> None:
        queue.running = False

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    try:
        queue.run()
    finally:
        scheduler.shutdown(wait=True)
    return 0
