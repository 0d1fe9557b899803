"""The worker: schedules (each run claimed in the database) and the queue of Django's Tasks API."""

import logging
import signal
import time
from types import FrameType

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from django.db import DatabaseError, InterfaceError, close_old_connections, connection
from django_tasks_db.management.commands.db_worker import Worker

from wellheard.core.jobs import SCHEDULE, Scheduled, run_due

logger = logging.getLogger(__name__)
AGAIN_AFTER = 5.0


def run_job(job: Scheduled) -> None:
    """One run, on a connection that is looked after."""
    close_old_connections()
    try:
        run_due(job)
    finally:
        connection.close()


def run_queue(queue: Worker) -> None:
    """Run what is queued until told to stop. A database that is away for a while (a restart, an update) is waited for."""
    while queue.running:
        try:
            queue.run()
        except (DatabaseError, InterfaceError):
            logger.exception("The database did not answer; trying again in %s seconds", AGAIN_AFTER)
            connection.close()
            time.sleep(AGAIN_AFTER)


def work() -> int:
    """Work until told to stop."""
    scheduler = BackgroundScheduler(
        # One that takes minutes (the daily check of the trail, a mail server that dawdles) holds up none of the quick ones.
        executors={"default": ThreadPoolExecutor(4)},
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
        run_queue(queue)
    finally:
        scheduler.shutdown(wait=True)
    return 0
