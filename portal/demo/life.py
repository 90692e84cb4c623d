"""What running partnerships do: sessions with homework, visits, contacts, expenses."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from budget.enums import CutReason
from budget.expense_data import ExpenseData
from budget.models import Category, Expense, Rate, Share
from budget.services.expenses import (
    approve_expense,
    check_expense,
    return_expense,
    save_expense,
    submit_expense,
)
from exchanges.enums import AttendanceKind, ContactKind, DelegateRole, Direction
from exchanges.models import HomeworkAnswer, Session, Visit, VisitWindow
from exchanges.services.attendance import record_attendance
from exchanges.services.contacts import log_contact
from exchanges.services.homework import discuss_homework, give_homework, hand_in_homework
from exchanges.services.sessions import confirm_session, hold_session, plan_session, report_session
from exchanges.services.visits import add_delegate, confirm_visit, hold_visit, plan_visit, report_visit
from exchanges.services.windows import fix_window, propose_window, set_conference
from exchanges.texts import Texts
from matching.models import Partnership
from portal.demo.accounts import Staff
from portal.demo.partnerships import sides_of
from portal.demo.pictures import scan
from portal.demo.rounds import next_monday, noon, working_day
from sdgpartners.core import clock
from sdgpartners.documents.content import RECEIPTS
from sdgpartners.documents.models import StoredFile
from sdgpartners.documents.services.files import store_upload
from sdgpartners.people.models import User
from sdgpartners.programme.enums import Side
from sdgpartners.programme.models import PartnerCountry

SESSION = Texts(en="Digital session: learning questions", fr="Session numérique : questions d’apprentissage",
                nl="Digitale sessie: leervragen")  # fmt: skip
HOMEWORK = Texts(en="Walk one idea through your town hall", fr="Suivez une idée dans votre mairie",
                 nl="Volg één idee door uw gemeentehuis")  # fmt: skip
HOMEWORK_TEXT = Texts(
    en="Take one idea of an inhabitant and write down, in ten lines, where it went and who decided.",
    fr="Prenez une idée d’un habitant et écrivez, en dix lignes, où elle est passée et qui a décidé.",
    nl="Neem één idee van een inwoner en schrijf in tien lijnen op welke weg het aflegde en wie besliste.",
)
CONFERENCE = Texts(
    en="Two days on participation", fr="Deux jours sur la participation", nl="Tweedaagse over participatie"
)
ANSWER = "Het idee ging van de balie naar de dienst en lag daar drie weken. Nu belt iemand binnen de vijf dagen terug."


@dataclass
class Life:
    """The fictional programme as it runs; `today` is the day of loading."""

    today: date
    people: dict[str, User]
    staff: dict[str, Staff]

    def sessions(self, country: PartnerCountry, pairs: list[Partnership], days: list[date]) -> None:
        """Sessions on `days`; those before today are held and reported, with homework handed in; the last one
        held leaves homework that is still open."""
        days = [working_day(day) for day in days]
        held = [day for day in days if day < self.today]
        for day in days:
            with clock.at(
                noon(day - timedelta(days=20)) if day < self.today else noon(self.today - timedelta(days=1))
            ):
                session = plan_session(
                    partner_country=country, titles=SESSION, starts_at=noon(day), actor=self.people["vvsg"],
                    facilitator=self.people["facilitator"], link="https://example.org/fictional-meeting",
                    agenda="1. Huiswerk\n2. Vragen van elke kant\n3. Afspraken", working_languages="fr,en,nl",
                )  # fmt: skip
                confirm_session(session=session, actor=self.people["vvsg"])
            if day < self.today:
                self._hold(session, [pair for pair in pairs if pair.starts_on and pair.starts_on <= day])
                self._homework(session, last=day == held[-1])

    def _hold(self, session: Session, pairs: list[Partnership]) -> None:
        with clock.at(session.starts_at + timedelta(hours=4)):
            hold_session(session=session, actor=self.people["facilitator"])
            for number, pair in enumerate(pairs):
                for side in Side:
                    kind = AttendanceKind.PRESENT
                    if (number + session.starts_at.month) % 5 == 0 and side == Side.SOUTH:
                        kind = AttendanceKind.FAILED
                    if pair.north.name == BEHIND:
                        kind = AttendanceKind.ABSENT
                    record_attendance(
                        session=session,
                        partnership=pair,
                        side=side,
                        kind=kind,
                        actor=self.people["facilitator"],
                    )

    def _homework(self, session: Session, *, last: bool) -> None:
        due = session.starts_at.date() + timedelta(days=21)
        if last:
            due = max(due, self.today + timedelta(days=6))
        with clock.at(session.starts_at + timedelta(hours=5)):
            homework = give_homework(
                session=session,
                titles=HOMEWORK,
                texts=HOMEWORK_TEXT,
                due_on=due,
                actor=self.people["facilitator"],
            )
        answers = HomeworkAnswer.objects.filter(homework=homework).select_related(
            "partnership__north", "partnership__south"
        )
        for number, answer in enumerate(answers):
            if last and number % 2 == 0:
                continue
            with clock.at(min(noon(due - timedelta(days=3)), noon(self.today - timedelta(days=1)))):
                editor = self.staff[answer.partnership.north.name].editor
                done = hand_in_homework(answer=answer, text=ANSWER, version=answer.version, actor=editor)
                if not last:
                    discuss_homework(answer=done, actor=self.people["facilitator"])
        if not last:
            with clock.at(session.starts_at + timedelta(days=2)):
                report_session(session=session, minutes="Fictief verslag: elke kant stelde één vraag.",
                               actor=self.people["facilitator"])  # fmt: skip

    def window(
        self, country: PartnerCountry, pairs: list[Partnership], direction: Direction, first: date
    ) -> list[Visit]:
        """A window of nine days with a conference of two, and a visit of each pair inside it; from the Monday on or
        after `first`, so that all of them begin on working days."""
        first = next_monday(first)
        planned = min(first - timedelta(days=70), self.today - timedelta(days=2))
        with clock.at(noon(planned)):
            window: VisitWindow = propose_window(
                partner_country=country, direction=direction, starts_on=first, ends_on=first + timedelta(days=8),
                actor=self.people["vvsg"],
            )  # fmt: skip
            set_conference(
                window=window, titles=CONFERENCE, place="Brussel (fictief)" if direction == Direction.SOUTH_TO_NORTH
                else "(fictif)", starts_on=first + timedelta(days=2), ends_on=first + timedelta(days=3),
                actor=self.people["vvsg"],
            )  # fmt: skip
            fix_window(window=window, actor=self.people["vvsg"])
            window.refresh_from_db()
            visits = [self._plan(window, pair, first) for pair in pairs]
        if first + timedelta(days=8) < self.today:
            for visit in visits:
                self._report(visit, first + timedelta(days=9))
        return visits

    def _plan(self, window: VisitWindow, pair: Partnership, first: date) -> Visit:
        editor = self.staff[pair.north.name].editor
        visit = plan_visit(
            window=window, partnership=pair, starts_on=first + timedelta(days=1), ends_on=first + timedelta(days=6),
            actor=editor,
        )  # fmt: skip
        for name, role in (("Reiziger één (fictief)", DelegateRole.OFFICIAL),
                           ("Reiziger twee (fictief)", DelegateRole.POLITICIAN),
                           ("Reiziger drie (fictief)", DelegateRole.ACTOR)):  # fmt: skip
            add_delegate(visit=visit, name=name, role=role, actor=editor)
        return confirm_visit(visit=visit, actor=self.people["vvsg"])

    def _report(self, visit: Visit, day: date) -> None:
        with clock.at(noon(day)):
            hold_visit(visit=visit, actor=self.people["vvsg"])
            for side, people in sides_of(visit.partnership, self.staff):
                report_visit(
                    visit=visit,
                    side=side,
                    text="Fictief verslag: we zagen hoe het echt gaat.",
                    actor=people.editor,
                )

    def contacts(self, pair: Partnership, days: list[date]) -> None:
        """Exchanges of their own initiative."""
        kinds = list(ContactKind)
        for number, day in enumerate(map(working_day, days)):
            side, people = sides_of(pair, self.staff)[number % 2]
            with clock.at(noon(day)):
                log_contact(
                    partnership=pair, side=side, kind=kinds[number % len(kinds)], held_on=day, actor=people.editor,
                    note=NOTES[number % len(NOTES)],
                )  # fmt: skip


NOTES = ("Vraag over de wijkbudgetten", "Échange de photos du marché", "Prepared the next session")
# One pair that is behind, so that the dashboard has something to find.
BEHIND = "Aalst"
RATE_SOURCE = "fictional demo rate"


def demo_rates(today: date) -> None:
    """A rate of the Rwandan franc for all days of the demo; the CFA franc has its fixed parity already."""
    Rate.objects.get_or_create(
        base="EUR", currency="RWF", valid_from=date(today.year - 2, 1, 2),
        defaults={"rate": Decimal("1700"), "valid_to": None, "source": RATE_SOURCE, "rate_type": "demo"},
    )  # fmt: skip


def receipt(words: str, actor: User) -> StoredFile:
    """A picture of a receipt that says that it is fictional."""
    return store_upload(upload=scan(words, "bon.png"), purpose="receipt", actor=actor, allowed=RECEIPTS)


@dataclass(frozen=True)
class Bill:
    """An expense of the story and how far it went: draft, submitted, checked, approved or returned."""

    payee: str
    category: str
    amount: dict[str, str]
    until: str
    cut: str = ""


BILLS = (
    Bill("Vlucht (fictief)", "travel", {"EUR": "2890.00", "XOF": "1850000", "RWF": "3900000"}, "approved"),
    Bill(
        "Hotel (fictief)",
        "stay",
        {"EUR": "1312.50", "XOF": "612000", "RWF": "1480000"},
        "approved",
        cut="62.50",
    ),
    Bill("Visum (fictief)", "visa", {"EUR": "240.00", "XOF": "96000", "RWF": "310000"}, "checked"),
    Bill("Tolk (fictief)", "interpreter", {"EUR": "480.00", "XOF": "210000", "RWF": "520000"}, "submitted"),
    Bill("Zaal (fictief)", "meeting", {"EUR": "150.00", "XOF": "64000", "RWF": "175000"}, "returned"),
    Bill("Trein (fictief)", "travel", {"EUR": "86.40", "XOF": "38000", "RWF": "91000"}, "draft"),
)


def spend(life: Life, visit: Visit, *, bills: int) -> None:
    """The first `bills` expenses of both halves after a visit."""
    shares = Share.objects.filter(budget__partnership=visit.partnership).select_related(
        "municipality__country", "association", "budget__partnership__partner_country__programme"
    )
    for share in shares:
        for number, bill in enumerate(BILLS[:bills]):
            _expense(life, share, visit, bill, number)


def _expense(life: Life, share: Share, visit: Visit, bill: Bill, number: int) -> None:
    people = life.staff[share.municipality.name]
    currency = share.municipality.country.currency
    day = min(visit.ends_on + timedelta(days=10 + number), life.today - timedelta(days=1))
    checker = life.people["finance"] if share.side == Side.NORTH else life.people[share.association.code]
    approver = life.people["vvsg"] if share.side == Side.NORTH else life.people["finance"]
    with clock.at(noon(day)):
        programme = share.budget.partnership.partner_country.programme
        data = ExpenseData(
            category=Category.objects.get(programme=programme, code=bill.category), payee=bill.payee, description="",
            spent_on=visit.ends_on, amount=Decimal(bill.amount[currency]), currency=currency, visit=visit,
        )  # fmt: skip
        words = f"{share.municipality.name} {bill.payee} {visit.reference}"
        expense: Expense = save_expense(
            share=share, data=data, receipt=receipt(words, people.editor), actor=people.editor
        )
        if bill.until == "draft":
            return
        expense = submit_expense(expense=expense, actor=people.editor)
        if bill.until == "returned":
            return_expense(expense=expense, reason="Voor welke dag was de zaal? (fictief)", actor=checker)
        if bill.until in ("checked", "approved"):
            cut = Decimal(bill.cut or "0")
            expense = check_expense(
                expense=expense,
                cut=cut,
                cut_reason=CutReason.TOO_HIGH if cut else "",
                cut_note="",
                actor=checker,
            )
        if bill.until == "approved":
            approve_expense(expense=expense, actor=approver)
