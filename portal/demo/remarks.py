"""What invented reviewers and coordinators write beside a score: of a strong answer, and of a weak one."""

from collections.abc import Mapping

# By the reviewer's account and the code of the criterion, each in their own language: (strong, weak).
REMARKS: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "reviewer": {
        "motivation": ("Een eigen verhaal, met een voorbeeld dat niet lukte.", "Kan van elke gemeente zijn."),
        "openness": ("Vraagt wat de partner beter kan, en zegt waarom.", "Vooral zenden, weinig vragen."),
        "support": (
            "Schepen en diensten staan met naam en uren in het dossier.",
            "Eén trekker, zonder uren.",
        ),
        "outside-actors": (
            "Scholen en middenveld doen van in het begin mee.",
            "De actoren krijgen nog geen taak.",
        ),
        "network": ("Deelt nu al met de buurgemeenten.", "Een nieuwsbrief, meer niet."),
        "thematic-fit": (
            "Past bij het thema en bij het eigen beleidsplan.",
            "Raakt het thema maar zijdelings.",
        ),
    },
    "reviewer.ancb": {
        "motivation": (
            "Une motivation propre, avec un exemple vécu.",
            "Pourrait venir de n’importe quelle commune.",
        ),
        "openness": ("Dit ce qui ne marche pas et demande conseil.", "Veut surtout montrer, peu apprendre."),
        "support": (
            "L’échevin et deux services y consacrent du temps.",
            "Personne ne porte le projet en interne.",
        ),
        "outside-actors": (
            "Les associations participent dès le début.",
            "Les acteurs sont cités, sans rôle.",
        ),
        "network": ("Partage déjà avec ses voisines.", "Rien de prévu au-delà d’un bulletin."),
        "thematic-fit": ("Au cœur du thème et de son plan.", "Le lien avec le thème reste mince."),
    },
    "reviewer2": {
        "motivation": ("Its own story, with an example that failed.", "Could be that of any municipality."),
        "openness": ("Asks what the partner does better, and says why.", "Sends a lot, asks little."),
        "support": ("A vice mayor and two services, with hours.", "One officer, no hours."),
        "outside-actors": (
            "Schools and associations take part from the start.",
            "Actors are named without a task.",
        ),
        "network": ("Shares with its neighbours already.", "A newsletter and no more."),
        "thematic-fit": ("Close to the theme and to its own plan.", "Touches the theme from the side."),
    },
    "reviewer3": {
        "motivation": ("Open over wat misliep. Dat overtuigt.", "Ik lees vooral goede bedoelingen."),
        "openness": ("Duidelijke leervragen.", "Wat willen ze zelf leren? Dat staat er niet."),
        "support": ("De raad heeft het besproken en de burgemeester trekt mee.", "Hangt aan één ambtenaar."),
        "outside-actors": ("De jeugdraad heeft een echte rol.", "Verenigingen worden genoemd, meer niet."),
        "network": ("Deelt al in de regio.", "Weinig plannen om te delen."),
        "thematic-fit": ("Sluit aan bij het meerjarenplan.", "Het thema lijkt er later bij bedacht."),
    },
}
# What the coordinators write to Flemish municipalities, by the code of the criterion: (strong, weak).
FEEDBACK: Mapping[str, tuple[str, str]] = {
    "motivation": ("U vertelt eerlijk wat bij u nog niet lukt. Dat maakt van u een gelijke partner.",
                   "Vertel een volgende keer met een voorbeeld waarom u dit wilt."),
    "openness": ("U weet wat u van een partner wilt leren en vraagt er gericht naar.",
                 "Schrijf ook op wat u zelf wilt leren, niet alleen wat u te bieden hebt."),
    "support": ("Een schepen en twee diensten dragen dit mee, met uren.",
                "Noem wie meewerkt en hoeveel tijd die persoon krijgt."),
    "outside-actors": ("Scholen en verenigingen doen van in het begin mee.",
                       "Geef de partners van buiten het gemeentehuis een taak."),
    "network": ("U deelt nu al wat u leert met uw buurgemeenten.",
                "Zeg met wie u deelt wat u leert, en hoe."),
    "thematic-fit": ("Uw vraag past bij het thema en bij uw eigen beleidsplan.",
                     "Leg uit hoe uw vraag bij het thema van dit land past."),
}  # fmt: skip
