"""Names of central Europe in files that spreadsheets there write, and names of the west that must stay as they are."""

import pytest

from wellheard.ground.tabular import read


@pytest.mark.parametrize(
    "names",
    [
        "Dvořáková;Šťastný;Jiří Novák;Růžena",
        "Řehoř Černý",
        "Ľubomír Košťál",
        "Łukasz Wójcik;Michał Dąbrowski",
        "Małgorzata Źrebięć",
        "Erdős Béla;Gyöngyösi Ágnes;Szűcs Péter",
        "Žofie Dvořáková;Jürgen Weiß",
    ],
)
def test_names_in_windows_1250(names: str) -> None:
    table = read(f"Name\n{names.replace(';', chr(10))}\n".encode("cp1250"), name="names.csv")
    assert [row.cells[0] for row in table.rows] == names.split(";")
    assert (table.guessed["encoding"], table.guessed["encoding_is_sure"]) == ("cp1250", False)


@pytest.mark.parametrize(
    "names",
    [
        "Søren Ærø;Åse Bjørn",
        "Bjørn;José",
        "Hélène Lefèvre;François Côté",
        "Nicolò;perché è così;virtù",
        "João Simões;Ângela",
        "Õnne Mägi;Šmidt",
        "¿Qué pasó, señor?;25 m³",
        "Müller;Groß;Jäger £5",
        "Jákup í Gørðum;Sýn",
        "Þór Guðmundsdóttir",
    ],
)
def test_names_in_windows_1252_stay(names: str) -> None:
    table = read(f"Name;\n{names.replace(';', chr(10))}\n".encode("cp1252"), name="names.csv", delimiter="\t")
    assert [row.cells[0] for row in table.rows] == names.split(";")
    assert table.guessed["encoding"] == "cp1252"
