"""What the demo's customers say, in their languages, by what it is about; and what the demo's people answer."""

from collections.abc import Mapping

VALVES, LATE, HOTLINE, DRIP, APP, WRONG, PAPER = "valves", "late", "hotline", "drip", "app", "wrong", "paper"
GOOD, MIXED = "good", "mixed"

CAUSES: Mapping[str, str] = {
    VALVES: "valves cracked on arrival",
    LATE: "carrier without a fixed slot",
    HOTLINE: "one person on the hotline at noon",
    DRIP: "connector seals leak",
    APP: "app forgets zones after an update",
    WRONG: "two parts look alike in the warehouse",
    PAPER: "no paper instructions in the box",
}
TITLES: Mapping[str, str] = {
    VALVES: "Valves cracked on arrival",
    LATE: "Delivery came later than promised",
    HOTLINE: "Nobody picks up at noon",
    DRIP: "Connectors drip after fitting",
    APP: "The app forgot the zones",
    WRONG: "Wrong part in the box",
    PAPER: "No instructions in the box",
}

SAID: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    VALVES: {
        "fr": (
            "Deux vannes sur six étaient fêlées à l’arrivée. Le carton, lui, était intact.",
            "Encore une vanne cassée dans le colis. C’est la troisième fois cette année.",
            "Vannes fendues au niveau du filetage. On a perdu une demi-journée sur le chantier.",
            "Les vannes s’entrechoquent dans le carton, il n’y a rien pour les tenir.",
        ),
        "de": (
            "Von zehn Ventilen waren drei gerissen, als wir das Paket öffneten.",
            "Wieder ein gesprungenes Ventil. Die liegen lose im Karton und schlagen aneinander.",
            "Ein Ventil war beim Auspacken schon kaputt. Der Ersatz kam schnell, aber der Kunde musste warten.",
        ),
        "en": (
            "Three of ten valves had cracked before we opened the box.",
            "One of the valves was split along the thread. They lie loose in the carton.",
        ),
    },
    LATE: {
        "fr": (
            "Livraison deux jours après la date promise, sans un mot.",
            "Le chauffeur est passé à 19 h, il n’y avait plus personne au dépôt.",
            "La commande est arrivée trop tard pour le chantier du lundi.",
        ),
        "de": (
            "Zwei Tage später als zugesagt, und niemand hat sich gemeldet.",
            "Die Lieferung kam am Freitagabend. Da ist bei uns keiner mehr auf dem Hof.",
            "Termin bestätigt, Ware nicht da. Unsere Leute standen herum.",
        ),
        "en": (
            "It came two days late and nobody told us.",
            "Promised for Tuesday, delivered on Friday. We had a crew waiting.",
        ),
    },
    HOTLINE: {
        "fr": (
            "Personne ne décroche entre midi et deux. C’est justement là que j’ai le temps d’appeler.",
            "Vingt minutes d’attente au téléphone, puis coupé.",
        ),
        "de": (
            "Mittags geht niemand ans Telefon. Genau dann stehe ich vor der Anlage.",
            "Dreimal angerufen, dreimal Warteschleife, dann aufgelegt.",
            "Der Kollege am Telefon war sehr nett, aber bis man ihn hat …",
        ),
        "en": ("Nobody picks up at noon.", "I waited half an hour on the phone, then the line dropped."),
    },
    DRIP: {
        "de": (
            "Zwei von zwölf Verbindern tropfen seit gestern, der Keller des Kunden ist nass. Am Telefon hieß es nur: nachziehen.",
            "Die neuen C12-Verbinder werden nach zwei Wochen undicht. Bei den alten hatten wir das nie.",
            "Ein Verbinder tropft, obwohl wir ihn genau nach Anleitung eingebaut haben.",
            "Schon wieder ein undichter Verbinder aus der gleichen Lieferung.",
        ),
        "fr": ("Un raccord C12 goutte deux semaines après la pose, sur un chantier terminé.",),
        "en": ("A connector started to drip two weeks after fitting. The client is not amused.",),
    },
    APP: {
        "fr": ("L’application a oublié mes zones après la mise à jour. Tout à refaire.",),
        "de": (
            "Die App hat nach dem Update alle Zonen vergessen. Bei 14 Zonen ist das ein Vormittag.",
            "Kopplung mit der App klappt erst beim fünften Versuch.",
        ),
        "en": ("The drip line is excellent, but the app lost my zones twice.",),
    },
    WRONG: {
        "fr": ("Nous avons commandé des raccords de 16, il y avait des 20 dans le sachet.",),
        "de": (
            "Bestellt waren 16er Winkel, im Beutel waren 20er.",
            "Falscher Filter im Paket. Artikelnummer auf dem Lieferschein stimmt.",
        ),
        "en": ("We ordered 16 mm elbows and got 20 mm ones.",),
    },
    PAPER: {
        "fr": ("Il n’y a plus de notice papier. Sur un chantier sans réseau, on fait comment ?",),
        "de": (
            "Keine Anleitung mehr im Karton. Auf der Baustelle habe ich kein Netz.",
            "Bitte legen Sie wieder eine Anleitung aus Papier bei.",
        ),
        "en": ("Please bring the paper instructions back.",),
    },
    GOOD: {
        "fr": (
            "Livraison rapide, matériel solide, rien à redire.",
            "Troisième saison, pas une fuite.",
            "Le conseil au téléphone était clair et honnête.",
            "Tout était là, bien emballé, un jour plus tôt que prévu.",
        ),
        "de": (
            "Lieferung kam einen Tag früher als versprochen. So macht man das.",
            "Dritte Saison, nicht ein Leck. Andere Marken schaue ich gar nicht mehr an.",
            "Alles vollständig, gut verpackt, Rechnung stimmt.",
            "Herr Okafor hat sich sofort gekümmert. Danke.",
            "Ersatzteil am nächsten Tag da. Vorbildlich.",
        ),
        "en": (
            "Third season, not one leak. I stopped looking at other makes.",
            "Everything complete, well packed, a day early.",
            "The advice on the phone was clear and honest.",
        ),
    },
    MIXED: {
        "fr": ("Bon produit, mais le suivi de commande pourrait être plus clair.", "Correct, sans plus."),
        "de": ("Gute Ware, die Sendungsverfolgung könnte besser sein.", "Passt. Nur der Katalog ist unübersichtlich."),
        "en": ("Good product; the order tracking could say more.", "Fine. The catalogue is hard to find one’s way in."),
    },
}

ANSWERS: Mapping[str, Mapping[str, str]] = {
    "fr": {
        "upheld": "Vous avez raison, et nous en sommes désolés. Nous remplaçons les pièces à nos frais ; elles partent aujourd’hui. "
        "Cause : {cause}. Nous y travaillons et nous vous dirons ce que nous avons changé.",
        "partly": "Vous avez raison en partie : nous aurions dû vous prévenir. Nous vous créditons les frais de port de cette commande.",
        "not upheld": "Nous avons vérifié la commande et la livraison : elles correspondent à ce qui était convenu. Nous restons à votre "
        "disposition pour en parler.",
    },
    "de": {
        "upheld": "Sie haben recht, und es tut uns leid. Wir ersetzen die Teile auf unsere Kosten; sie gehen heute hinaus. "
        "Ursache: {cause}. Wir arbeiten daran und sagen Ihnen, was wir geändert haben.",
        "partly": "Sie haben zum Teil recht: Wir hätten Ihnen Bescheid geben müssen. Wir schreiben Ihnen die Fracht dieser Bestellung gut.",
        "not upheld": "Wir haben Bestellung und Lieferung geprüft: Sie entsprechen dem, was vereinbart war. Gern sprechen wir mit Ihnen darüber.",
    },
    "en": {
        "upheld": "You are right, and we are sorry. We replace the parts at our cost; they leave today. "
        "Cause: {cause}. We are working on it and will tell you what we changed.",
        "partly": "You are partly right: we should have told you. We credit the freight of this order.",
        "not upheld": "We checked the order and the delivery: both are as agreed. We are glad to talk about it.",
    },
}
