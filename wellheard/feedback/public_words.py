"""Our own few sentences around a notice and on the public pages, in the languages that customers read."""

from collections.abc import Mapping

LANGUAGES: Mapping[str, str] = {"en": "English", "de": "Deutsch", "fr": "Français"}

WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "title": "You said, we did",
        "lead_none": "Nothing to tell yet. As soon as something changes because of what you told us, you can read it here.",
        "lead_one": "What changed at {organisation} because one of you told us.",
        "lead_many": "What changed at {organisation} because {count} of you told us.",
        "voices_one": "One person said something like this",
        "voices_many": "{count} people said something like this",
        "tried": "We tried, and it did not help",
        "tell_us": "Tell us something",
        "complain": "Make a complaint",
        "you_said": "You said:",
        "we_did": "What became of it:",
        "all_news": "Everything that changed because customers told us:",
        "why_you": "You get this once, because you told us something about it.",
        "stop": "Don’t send me such news:",
        "broken_title": "This link is not complete",
        "broken_lead": "Nothing was changed. Copy the whole link from the mail, or write to us.",
        "not_sent": "Not sent yet: something is not right",
        "say_title": "Tell us something",
        "say_lead": "Praise, trouble, an idea: we read every word, as you wrote it.",
        "say_words": "What would you like to tell us?",
        "say_name": "Your name",
        "say_email": "Your e-mail address",
        "say_email_hint": "Only if you want to know what becomes of it.",
        "say_trap": "Leave this empty",
        "say_button": "Send it",
        "optional": "optional",
        "say_empty": "There is nothing written yet. Write what you would like to tell us, and send it again.",
        "say_too_long": "This is too much at once: we can take 20,000 characters. Shorten it; your words are still here.",
        "say_bad_email": "This does not look like an address. Correct it, or leave it empty. Your words are still here.",
        "say_trapped": (
            "The field that should stay empty was filled, as programs do. Empty it and send again. "
            "Your words are still here."
        ),
        "thanks_title": "Thank you. We have heard you.",
        "thanks_lead": "Someone of us reads it. What changes because of it stands under “You said, we did”.",
    },
    "de": {
        "title": "Gesagt, getan",
        "lead_none": "Noch gibt es nichts zu berichten. Sobald sich durch Ihre Worte etwas ändert, lesen Sie es hier.",
        "lead_one": "Was sich bei {organisation} geändert hat, weil jemand von Ihnen es uns gesagt hat.",
        "lead_many": "Was sich bei {organisation} geändert hat, weil {count} von Ihnen es uns gesagt haben.",
        "voices_one": "Eine Person hat so etwas gesagt",
        "voices_many": "{count} Menschen haben so etwas gesagt",
        "tried": "Wir haben es versucht, und es hat nicht geholfen",
        "tell_us": "Etwas sagen",
        "complain": "Sich beschweren",
        "you_said": "Sie haben gesagt:",
        "we_did": "Was daraus wurde:",
        "all_news": "Alles, was sich durch die Worte unserer Kunden geändert hat:",
        "why_you": "Sie erhalten diese Nachricht einmal, weil Sie uns dazu etwas gesagt haben.",
        "stop": "Keine solchen Nachrichten mehr:",
        "broken_title": "Dieser Link ist nicht vollständig",
        "broken_lead": "Es wurde nichts geändert. Kopieren Sie den ganzen Link aus der Mail, oder schreiben Sie uns.",
        "not_sent": "Noch nicht gesendet: etwas stimmt noch nicht",
        "say_title": "Etwas sagen",
        "say_lead": "Lob, Ärger, eine Idee: Wir lesen jedes Wort, so wie Sie es schreiben.",
        "say_words": "Was möchten Sie uns sagen?",
        "say_name": "Ihr Name",
        "say_email": "Ihre E-Mail-Adresse",
        "say_email_hint": "Nur, wenn Sie wissen möchten, was daraus wird.",
        "say_trap": "Dieses Feld leer lassen",
        "say_button": "Absenden",
        "optional": "freiwillig",
        "say_empty": "Hier steht noch nichts. Schreiben Sie, was Sie uns sagen möchten, und senden Sie es noch einmal.",
        "say_too_long": "Das ist zu viel auf einmal: 20.000 Zeichen passen. Kürzen Sie bitte; Ihre Worte sind noch da.",
        "say_bad_email": (
            "Das sieht nicht nach einer Adresse aus. Korrigieren Sie sie, oder lassen Sie das Feld leer. "
            "Ihre Worte sind noch da."
        ),
        "say_trapped": (
            "Das Feld, das leer bleiben soll, wurde ausgefüllt, wie es Programme tun. "
            "Leeren Sie es und senden Sie noch einmal. Ihre Worte sind noch da."
        ),
        "thanks_title": "Danke. Wir haben Sie gehört.",
        "thanks_lead": "Jemand von uns liest es. Was sich dadurch ändert, steht unter „Gesagt, getan“.",
    },
    "fr": {
        "title": "Vous l’avez dit, nous l’avons fait",
        "lead_none": "Rien à annoncer pour l’instant. Dès que vos paroles auront changé quelque chose, vous le lirez ici.",
        "lead_one": "Ce qui a changé chez {organisation} parce que l’un de vous nous l’a dit.",
        "lead_many": "Ce qui a changé chez {organisation} parce que {count} d’entre vous nous l’ont dit.",
        "voices_one": "Une personne a dit quelque chose de semblable",
        "voices_many": "{count} personnes ont dit quelque chose de semblable",
        "tried": "Nous avons essayé, sans succès",
        "tell_us": "Nous dire quelque chose",
        "complain": "Faire une réclamation",
        "you_said": "Vous avez dit :",
        "we_did": "Ce qu’il en est advenu :",
        "all_news": "Tout ce qui a changé grâce aux paroles de nos clients :",
        "why_you": "Vous recevez ce message une seule fois, parce que vous nous en aviez parlé.",
        "stop": "Ne plus recevoir ces nouvelles :",
        "broken_title": "Ce lien n’est pas complet",
        "broken_lead": "Rien n’a été changé. Copiez le lien entier depuis le message, ou écrivez-nous.",
        "not_sent": "Pas encore envoyé : il reste quelque chose à corriger",
        "say_title": "Nous dire quelque chose",
        "say_lead": "Un éloge, un souci, une idée : nous lisons chaque mot, tel que vous l’écrivez.",
        "say_words": "Que souhaitez-vous nous dire ?",
        "say_name": "Votre nom",
        "say_email": "Votre adresse e-mail",
        "say_email_hint": "Seulement si vous voulez savoir ce qu’il en advient.",
        "say_trap": "Laissez ce champ vide",
        "say_button": "Envoyer",
        "optional": "facultatif",
        "say_empty": "Rien n’est écrit pour l’instant. Écrivez ce que vous souhaitez nous dire, puis envoyez de nouveau.",
        "say_too_long": "C’est trop à la fois : 20 000 caractères au plus. Raccourcissez ; vos mots sont encore là.",
        "say_bad_email": "Cela ne ressemble pas à une adresse. Corrigez-la, ou laissez le champ vide. Vos mots sont encore là.",
        "say_trapped": (
            "Le champ qui doit rester vide a été rempli, comme le font les programmes. "
            "Videz-le et envoyez de nouveau. Vos mots sont encore là."
        ),
        "thanks_title": "Merci. Nous vous avons entendu.",
        "thanks_lead": "L’un de nous le lit. Ce qui change grâce à vous se trouve sous « Vous l’avez dit, nous l’avons fait ».",
    },
}


def words_in(language: str) -> Mapping[str, str]:
    """Our sentences in this language, in English when we have none."""
    return WORDS.get(language.split("-")[0], WORDS["en"])
