"""The import of contacts: `wellheard import contacts FILE`, and the same on the page.

Organisations and people from tables and vCards. What is known already is brought up to date, and never erased by a blank
cell; what can't be known (values that do not stand under their headers, whose names these are, the order of day and
month) is asked.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from hashlib import blake2b
from typing import Any

from wellheard.core import access
from wellheard.core.actors import Actor
from wellheard.core.batches import in_batches
from wellheard.core.errors import Refusal
from wellheard.core.imports import Options, Result, read_table, refuse_twice, said_of
from wellheard.core.models import ImportBatch, Site
from wellheard.customers.actions.external import source_key
from wellheard.customers.imports.fields import ANSWERS, FIELDS
from wellheard.customers.imports.found import Found, RejectedRow, found_in_card
from wellheard.customers.imports.inserting import ROWS_AT_ONCE
from wellheard.customers.imports.known import Known
from wellheard.customers.imports.profiles import GENERIC, TITLES, profile_of
from wellheard.customers.imports.proposing import look_up_anew
from wellheard.customers.imports.reading import Reading, reading_of
from wellheard.customers.imports.sources import remember_source, source_of
from wellheard.customers.imports.table import RowReader
from wellheard.customers.imports.undoing import take_back
from wellheard.customers.imports.writing import Writer
from wellheard.ground.tabular import Table, UnreadableFile
from wellheard.ground.vcard import looks_like_cards, read_cards

FORMATS = (*TITLES, "salesforce", "hubspot", "odoo", "google", "outlook")
NOBODY = "Nobody is named on this card: there is no name, no address and no number."


class ContactImporter:
    """Organisations and people, one a row or a card."""

    kind = "contacts"

    def run(self, name: str, data: bytes, options: Options, batch: ImportBatch, by: Actor, at: datetime) -> Result:
        """Read the file and write its customers, in the transaction that this is called in."""
        if options.format and options.format not in FORMATS:
            raise Refusal(
                f"Contacts can’t be read as “{options.format}”. Nothing was imported; there is: {', '.join(FORMATS)}.",
                field="format",
            )
        refuse_twice(batch)
        try:
            if options.format == "vcard" or (not options.format and looks_like_cards(data)):
                return _Run(name, options, batch, by, at).cards(data)
            return _Run(name, options, batch, by, at).table(data)
        except UnreadableFile as fault:
            raise Refusal(str(fault), field="file") from fault

    def undo(self, batch: ImportBatch, by: Actor, at: datetime) -> dict[str, int]:
        """Take a batch back; what something was attached to since stays, and is named."""
        access.require(by, "customers.add_account")
        return take_back(batch, by, at)


class _Run:
    def __init__(self, name: str, options: Options, batch: ImportBatch, by: Actor, at: datetime) -> None:
        self.name, self.options, self.batch, self.by, self.at = name, options, batch, by, at
        self.told = {each: value for each, value in options.answers.items() if each in FIELDS} | dict(options.mapping)
        self.answers = ({"source": options.into} if options.into else {}) | said_of(options, ANSWERS)
        self.left_out: Counter[str] = Counter()

    def table(self, data: bytes) -> Result:
        table = read_table(self.name, data, self.answers)
        source = source_of("contacts", table.columns, self.answers.get("source", ""))
        remembered = source.mapping if source is not None else {}
        answers = (source.answers if source is not None else {}) | self.answers
        wanted = self._format(table)
        reading = reading_of(table, wanted, self.told, answers, remembered)
        title = source.name if source is not None else self._source_name(reading)
        writer = self._writer(source_key(reading.profile.source or title), answers)
        reader = RowReader(reading, keeps_rest=answers.get("rest") == "notes")
        rows = self._write(writer, self._rows(table, reader, writer))
        self._remember(title, reading, answers)
        result = self._result(writer, rows, reading.profile.key, table)
        result.questions = [*reading.questions]
        result.guessed |= reading.guessed
        if source is not None:
            result.guessed["source"] = f"{source.name}, as on {source.used_at:%-d %B %Y}"
        if reading.unread and answers.get("rest") != "notes":
            result.guessed["columns_not_read"] = reading.unread
        if self.options.accept_guesses and (
            open_ := reading.must_be_answered & {each.name for each in result.questions}
        ):
            sentence = next(each.sentence for each in result.questions if each.name in open_)
            raise Refusal(
                f"{sentence} Nothing was imported; answer it with --map {min(open_)}=…, for it can’t be guessed.",
                field=min(open_),
            )
        return result

    def cards(self, data: bytes) -> Result:
        found = read_cards(data)
        if not found.count:
            raise Refusal(
                "There is no vCard in this file. Nothing was imported; check that it is the file you meant.",
                field="file",
            )
        writer = self._writer("vcard", self.answers)
        rows = self._write(writer, self._cards(found.cards, writer))
        for fault in found.faults:
            who = f" (the card of {fault.name[:60]})" if fault.name else ""
            writer.reject(fault.number, fault.field, f"Line {fault.line}: {fault.reason}{who}")
        writer.rejected.sort(key=lambda each: int(each["row"]))
        result = self._result(writer, rows + len(found.faults), "vcard", None)
        result.guessed |= {
            "encoding": found.encoding,
            "versions": sorted({each.version or "none" for each in found.cards}),
        }
        if found.outside:
            result.left_out["lines outside of cards"] = found.outside
        return result

    # ---- pieces ----

    def _format(self, table: Table) -> str:
        said = self.options.format
        if said in TITLES or not said:
            return said
        return next((each.key for each in [profile_of(table.columns)] if each.source == said), "")

    def _source_name(self, reading: Reading) -> str:
        if self.answers.get("source"):
            return str(self.answers["source"])[:60]
        if reading.profile is not GENERIC:
            return reading.profile.title
        return self.name.rpartition(".")[0][:60] or self.name[:60]

    def _writer(self, source: str, answers: dict[str, str]) -> Writer:
        key = answers.get("same_by", "")
        if key and key not in ("email", "external_id", "name") and not key.startswith("custom."):
            raise Refusal(
                f"Customers can’t be known again by “{key}”. Nothing was imported; use email, external_id or custom.<key>.",
                field="same_by",
            )
        known = Known(source[:60], self.by, key=key)
        erases = answers.get("blanks", "") == "erase"
        return Writer(self.batch, self.by, self.at, source[:60], known, site=self._site(answers), erases_blanks=erases)

    def _site(self, answers: dict[str, str]) -> Site | None:
        """Where new customers belong: as said, else nowhere in particular."""
        if name := answers.get("site_of_all", "").strip():
            sites = Site.objects.visible_to(self.by)
            site = sites.filter(pk=name).first() if name.isdecimal() and len(name) < 10 else None
            site = site or sites.filter(name__iexact=name).order_by("pk").first()
            if site is None:
                raise Refusal(f"There is no site “{name[:60]}”. Nothing was imported.", field="site_of_all")
            return site
        return Site.objects.filter(pk=self.options.site_id).first() if self.options.site_id else None

    def _rows(self, table: Table, reader: RowReader, writer: Writer) -> Iterator[Found | tuple[int, int] | RejectedRow]:
        """The rows of a table: a customer, (row, earlier row) for one that was there already, or why it is rejected."""
        seen: dict[bytes, int] = {}
        for row in table.rows:
            digest = blake2b("\x1f".join(row.cells).encode("utf-8", "replace"), digest_size=16).digest()
            earlier = seen.setdefault(digest, row.number)
            if earlier != row.number:
                yield row.number, earlier
                continue
            try:
                yield reader.read(row)
            except RejectedRow as verdict:
                verdict.row = row.number
                yield verdict

    def _cards(self, cards: list[Any], writer: Writer) -> Iterator[Found | tuple[int, int] | RejectedRow]:
        for card in cards:
            found, left_out = found_in_card(card, card.number)
            if card.first("KIND").lower() == "group":
                yield RejectedRow("KIND", "This card is a list of people, not somebody.", card.number)
                continue
            self.left_out.update(f"{each}, on a card" for each in left_out)
            if not found.name and not found.email:
                if not found.phone:
                    yield RejectedRow("FN", NOBODY, card.number)
                    continue
                found.values["name"] = found.phone[:200]
            yield found

    def _write(self, writer: Writer, rows: Iterator[Found | tuple[int, int] | RejectedRow]) -> int:
        number = 0
        twins: list[tuple[int, int]] = []
        for some in in_batches(rows, ROWS_AT_ONCE):
            number += len(some)
            for each in some:
                if isinstance(each, RejectedRow):
                    writer.reject(each.row, each.column, each.reason)
            writer.take([each for each in some if isinstance(each, Found)])
            twins += [each for each in some if isinstance(each, tuple)]
        for row, earlier in twins:
            writer.same_as(row, earlier)
        writer.finish()
        if renewed := look_up_anew(self.by):
            writer.remarks["a request for no more mail has a new proposal"] = renewed
        writer.rejected.sort(key=lambda each: int(each["row"]))
        return number

    def _remember(self, title: str, reading: Reading, answers: dict[str, str]) -> None:
        kept = {
            name: answers[name]
            for name in ("rows_are", "columns_shifted", "day_month_order", "same_by", "rest")
            if answers.get(name)
        }
        if reading.told or kept or reading.profile is GENERIC:
            remember_source("contacts", title, reading.table.columns, reading.fields, kept, self.by, at=self.at)

    def _result(self, writer: Writer, rows: int, form: str, table: Table | None) -> Result:
        created = dict(writer.made)
        verdicts = {name: writer.verdicts[name] for name in ("created", "changed", "same", "rejected")}
        accepted = verdicts["created"] + verdicts["changed"] + verdicts["same"]
        guessed: dict[str, Any] = {"format": form}
        if table is not None:
            guessed |= {"file": table.guessed["format"]}
            guessed |= {
                name: table.guessed[name] for name in ("encoding", "delimiter", "sheet") if table.guessed.get(name)
            }
            if table.guessed.get("header_row", 1) != 1:
                guessed["header_row"] = table.guessed["header_row"]
            if not table.guessed.get("encoding_is_sure", True):
                guessed["encoding_is_sure"] = False
            if table.problems.ragged_count:
                guessed["uneven_rows"] = table.problems.ragged_count
            if table.problems.replaced:
                guessed["broken_characters"] = {
                    "rows": len(table.problems.replaced_rows),
                    "first": table.problems.replaced_rows[:10],
                }
            if table.problems.renamed:
                guessed["renamed_columns"] = [
                    f"{each.said or 'column'} → {each.name}" for each in table.problems.renamed
                ][:20]
        words = {"created": "new", "changed": "changed", "same": "known already", "rejected": "rejected"}
        summary = [f"{', '.join(f'{verdicts[name]} {word}' for name, word in words.items())}."]
        summary += [f"{number} × {remark}." for remark, number in writer.remarks.most_common(20)]
        return Result(
            format=form,
            rows=rows,
            accepted=accepted,
            rejected=writer.rejected,
            left_out=dict(self.left_out),
            guessed=guessed,
            created={name: number for name, number in created.items() if number},
            verdicts=verdicts,
            summary=summary,
        )
