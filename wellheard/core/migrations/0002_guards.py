"""What the database itself refuses: changing or removing anything in the trail. And the search index."""

from typing import Any

from django.db import migrations

KEPT = ("core_trailentry", "core_trailcheckpoint", "core_trailseal", "core_trailremoval")

SQLITE = [
    *(
        f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, 'The trail is append-only: {verb} refused.'); END"
        for table in KEPT
        for verb in ("UPDATE", "DELETE")
    ),
    # INSERT OR REPLACE would overwrite a row in silence where recursive_triggers is off.
    *(
        f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} "
        f"WHEN NEW.id IS NOT NULL AND EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id) "
        f"BEGIN SELECT RAISE(ABORT, 'The trail is append-only: this row is there already.'); END"
        for table in KEPT
    ),
    "CREATE TRIGGER core_trailentry_no_second BEFORE INSERT ON core_trailentry "
    "WHEN EXISTS (SELECT 1 FROM core_trailentry WHERE chain = NEW.chain AND seq = NEW.seq) "
    "BEGIN SELECT RAISE(ABORT, 'The trail is append-only: this number is taken.'); END",
    "CREATE VIRTUAL TABLE core_searchindex USING fts5(words, content='core_searchentry', content_rowid='id', "
    "tokenize='unicode61 remove_diacritics 0')",
    "CREATE TRIGGER core_searchentry_in AFTER INSERT ON core_searchentry "
    "BEGIN INSERT INTO core_searchindex(rowid, words) VALUES (NEW.id, NEW.words); END",
    "CREATE TRIGGER core_searchentry_out AFTER DELETE ON core_searchentry "
    "BEGIN INSERT INTO core_searchindex(core_searchindex, rowid, words) VALUES ('delete', OLD.id, OLD.words); END",
    "CREATE TRIGGER core_searchentry_change AFTER UPDATE ON core_searchentry "
    "BEGIN INSERT INTO core_searchindex(core_searchindex, rowid, words) VALUES ('delete', OLD.id, OLD.words); "
    "INSERT INTO core_searchindex(rowid, words) VALUES (NEW.id, NEW.words); END",
]

POSTGRESQL = [
    "CREATE FUNCTION wellheard_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ "
    "BEGIN RAISE EXCEPTION 'The trail is append-only: % refused.', TG_OP; END $$",
    *(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION wellheard_append_only()"
        for table in KEPT
    ),
    *(
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION wellheard_append_only()"
        for table in KEPT
    ),
    "ALTER TABLE core_searchentry ADD COLUMN vector tsvector GENERATED ALWAYS AS (to_tsvector('simple', words)) STORED",
    "CREATE INDEX core_searchentry_vector ON core_searchentry USING GIN (vector)",
]


def guard(apps: Any, schema_editor: Any) -> None:
    statements = SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRESQL
    for statement in statements:
        schema_editor.execute(statement, params=None)


def first_head(apps: Any, schema_editor: Any) -> None:
    apps.get_model("core", "TrailHead").objects.create(chain="main", seq=0, digest="0" * 64)


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]

    operations = [
        migrations.RunPython(guard, migrations.RunPython.noop),
        migrations.RunPython(first_head, migrations.RunPython.noop),
    ]
