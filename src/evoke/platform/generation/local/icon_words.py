"""Which icon goes with a label: by the beginnings of its words in English, German, French and Spanish, else by chance
from a set that fits anything."""

import random
import unicodedata
from collections.abc import Collection
from typing import Final

_STEMS: Final[dict[str, str]] = {
    "heart": (
        "heart love partner romant relation breakup intima affection herz lieb bezieh coeur amour amor coraz pareja"
    ),
    "clock": "time deadline late schedul hour zeit termin frist temps retard horaire tiempo plazo horario",
    "briefcase": (
        "work job career office workplace profession employ boss arbeit beruf karriere chef travail carriere "
        "emploi bureau trabajo carrera empleo oficina jefe"
    ),
    "home": (
        "home house famil parent mother father household housing living zuhause haus wohn heim eltern maison "
        "foyer hogar casa padres famili"
    ),
    "people": (
        "friend group team social peer belong community crowd colleague loneli lonel freund gruppe sozial "
        "gemein kolleg ami amis groupe societ amig grupo equipo sociedad solitud soledad"
    ),
    "person": "self identity personal ego own individual selbst identitat soi identite yo mismo identidad",
    "speech": (
        "communicat speak talk word convers voice conflict argument feedback critic gesprach kommunik kritik "
        "streit parole conflit critiqu dialog discus comunica conflicto critica voz"
    ),
    "cloud": (
        "mood sad grief gloom hopeless numb empt stimmung trauer traurig leere humeur tristesse vide humor tristeza"
    ),
    "storm": "anger rage overwhelm chaos crisis turmoil outburst wut krise uberforder colere crise rabia ira caos",
    "scale": (
        "balance fair justice compar equal decision choice moral guilt gerecht vergleich entscheid schuld "
        "equilibre choix culpab equilib justicia compara culpa"
    ),
    "mountain": (
        "challenge burden obstacle pressure effort difficult struggle load herausforder last druck hindernis "
        "defi pression charge desafio carga presion esfuerzo"
    ),
    "mask": ("mask hide hidden pretend impost shame fake role facade maske scham rolle masque honte mascar verguenza"),
    "eye": (
        "judg watch attention visib seen observ opinion percep scrutin evaluat beurteil blick meinung regard "
        "jugement mirada juicio atencion"
    ),
    "book": (
        "learn stud school exam education knowledge test class lern schule prufung studium ecole etude examen "
        "escuela estudio aprend"
    ),
    "coin": (
        "money financ income cost debt wealth pay rent econom geld finanz schuld einkommen argent dette "
        "revenu dinero deuda ingreso"
    ),
    "phone": (
        "phone media digital online message screen internet handy medien telefon numerique telefono redes pantalla"
    ),
    "moon": (
        "sleep rest tired exhaust fatigue night insomn burnout schlaf mude erschopf nacht sommeil epuise nuit "
        "sueno cansancio agota noche descanso"
    ),
    "shield": (
        "safe secur protect boundar defen trust sicher schutz grenz vertrau securit protec limite confiance "
        "segur limites confianza"
    ),
    "puzzle": "problem solv complex confus fit piece understand ratsel verwirr probleme confusion confusi problema",
    "mirror": (
        "image appear body esteem worth reflect compare beauty perfection spiegel aussehen korper selbstwert "
        "corps estime apparence autoestima cuerpo aspecto imagen"
    ),
    "ladder": (
        "status ambition achiev success promot climb competit rank erfolg aufstieg leistung ehrgeiz succes "
        "reussite exito ambicion logro ascenso"
    ),
    "hourglass": (
        "wait patien aging age mortal delay urgen procrastin warten geduld alter attente patience vieill "
        "espera paciencia edad urgencia"
    ),
    "path": (
        "future direction purpose goal way journey plan uncertain unknown zukunft weg ziel ungewiss avenir "
        "chemin incertitud futuro camino incertidumbre rumbo"
    ),
    "hands": (
        "help support care caring kind empath responsib giving hilfe unterstutz fursorge verantwort aide "
        "soutien soin responsab ayuda apoyo cuidado"
    ),
    "flame": (
        "passion energy drive motivat intens stress leidenschaft energie antrieb motivacion energia pasion estres"
    ),
    "leaf": ("change natur seasonal letting peace calm wandel ruhe changement nature paix cambio naturaleza calma paz"),
    "sprout": (
        "grow growth hope begin start new develop potential wachs hoffnung anfang neu croissance espoir debut "
        "crecimiento esperanza inicio nuevo"
    ),
    "star": (
        "recognition praise dream wish special talent admir excellence anerkenn traum lob reconnaiss reve "
        "reconocimiento admira"
    ),
    "target": (
        "expectation perfect standard aim focus demand performance erwart perfekt anspruch attente perfection "
        "expectativ exigenc perfeccion"
    ),
    "bell": (
        "alarm worr anxi fear alert panic nervous threat angst sorge panik furcht peur anxiet inquiet miedo "
        "ansiedad preocupa temor"
    ),
    "stairs": "progress step advance setback improv fortschritt schritt progres etape avance paso progreso mejora",
    "waves": "emotion feeling flow sea overflow gefuhl emozion sentiment emocion sentimiento",
    "knot": (
        "attach depend stuck tied tension habit pattern bindung gewohnheit spannung attachement habitude apego habito"
    ),
    "lock": (
        "control secret lack freedom restrict power loss kontrolle freiheit verlust macht controle liberte "
        "perte poder libertad perdida"
    ),
    "pulse": "health ill pain physical medical gesund krank schmerz sante maladie douleur salud enfermedad dolor",
    "question": (
        "doubt question why uncertain insecur meaning zweifel unsicher frage sinn doute sens duda insegur sentido"
    ),
}
_NEUTRAL: Final = ("leaf", "star", "path", "puzzle", "waves", "sprout", "mountain", "knot", "mirror", "target", "moon")
_SHORTEST_STEM = 4  # shorter ones must be the whole word: "ill" is not the beginning of "illusion"


def icon_for(label: str, used: Collection[str], dice: random.Random) -> str:
    """The name of an icon, if possible of one that is not used yet. The last telling word decides over the first."""
    words = _plain(label).split()
    for word in reversed(words):
        for name, stems in _STEMS.items():
            if name not in used and any(_begins(word, stem) for stem in stems.split()):
                return name
    return dice.choice([name for name in _NEUTRAL if name not in used] or [*_NEUTRAL])


def _begins(word: str, stem: str) -> bool:
    return word.startswith(stem) if len(stem) >= _SHORTEST_STEM else word in (stem, stem + "s")


def _plain(text: str) -> str:
    """Lower case, without accents."""
    spread = unicodedata.normalize("NFKD", text.casefold())
    return "".join(
        character if character.isalnum() else " " for character in spread if not unicodedata.combining(character)
    )
